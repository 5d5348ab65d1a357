package org.kjump.linux;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import java.util.function.ToLongFunction;
import org.kjump.linux.view.KernelView;
import org.kjump.syscall.Errno;
import org.kjump.syscall.KexecSegment;
import org.kjump.syscall.SyscallException;
import org.kjump.syscall.Syscalls;

/**
 * A row of the table of known answers: the machine, what comes before, a call, and what it answers.
 *
 * @param number of the row
 * @param machine how it is made
 * @param before calls that come first, each a process of its own
 * @param given what stands in the kernel's memory when the call comes
 * @param expected a return value or an errno
 * @param left files of /sys/kernel behind the call
 * @param jiffies that pass
 */
record KnownAnswer(
        int number,
        String name,
        Made machine,
        List<KnownAnswer> before,
        Consumer<KernelView> given,
        ToLongFunction<Syscalls> call,
        Object expected,
        Map<String, String> left,
        long jiffies) {
    interface Made {
        BootedMachine boot() throws IOException;
    }

    /** A row on 64 MiB with KEXEC_JUMP, to be filled in. */
    static KnownAnswer row(int number, String name) {
        return new KnownAnswer(
                number,
                name,
                BootedMachine::withKexecJump,
                List.of(),
                kernel -> {},
                kernel -> {
                    throw new IllegalStateException("row " + number + " makes no call");
                },
                0L,
                Map.of(),
                0);
    }

    private KnownAnswer on(Made other) {
        return new KnownAnswer(number, name, other, before, given, call, expected, left, jiffies);
    }

    KnownAnswer memory(int mebibytes) {
        return on(() -> BootedMachine.withMemory((long) mebibytes << 20));
    }

    KnownAnswer crashKernel() {
        return on(BootedMachine::withCrashKernel);
    }

    KnownAnswer noKexecJump() {
        return on(BootedMachine::withoutKexecJump);
    }

    KnownAnswer after(KnownAnswer other) {
        List<KnownAnswer> all = new ArrayList<>(before);
        all.add(other);
        return new KnownAnswer(number, name, machine, List.copyOf(all), given, call, expected, left, jiffies);
    }

    KnownAnswer given(Consumer<KernelView> fact) {
        return new KnownAnswer(number, name, machine, before, fact, call, expected, left, jiffies);
    }

    KnownAnswer call(ToLongFunction<Syscalls> made) {
        return new KnownAnswer(number, name, machine, before, given, made, expected, left, jiffies);
    }

    KnownAnswer load(long entry, long flags, KexecSegment... segments) {
        return call(kernel -> kernel.kexecLoad(entry, segments.length, List.of(segments), flags));
    }

    KnownAnswer answers(long value) {
        return new KnownAnswer(number, name, machine, before, given, call, value, left, jiffies);
    }

    KnownAnswer answers(Errno errno) {
        return new KnownAnswer(number, name, machine, before, given, call, errno, left, jiffies);
    }

    KnownAnswer leaves(String file, String content) {
        Map<String, String> all = new LinkedHashMap<>(left);
        all.put(file, content);
        return new KnownAnswer(number, name, machine, before, given, call, expected, Map.copyOf(all), jiffies);
    }

    KnownAnswer takes(long time) {
        return new KnownAnswer(number, name, machine, before, given, call, expected, left, time);
    }

    /** Makes the calls, the machine opened afresh for each, and compares. */
    void check() throws IOException {
        try (BootedMachine booted = machine.boot()) {
            for (KnownAnswer first : before) {
                assertThat(first.answer(booted)).as("before: %s", first).isEqualTo(first.expected);
            }
            booted.kernel(kernel -> {
                given.accept(kernel);
                return true;
            });
            long start = booted.kernel(kernel -> kernel.variable("jiffies"));
            assertThat(answer(booted)).isEqualTo(expected);
            assertThat(booted.<Long>kernel(kernel -> kernel.variable("jiffies")) - start)
                    .isEqualTo(jiffies);
            left.forEach((file, content) ->
                    assertThat(booted.file("/sys/kernel/" + file)).isEqualTo(content + "\n"));
        }
    }

    private Object answer(BootedMachine booted) {
        return booted.process(kernel -> {
            try {
                return (Object) call.applyAsLong(kernel);
            } catch (SyscallException e) {
                return e.errno();
            }
        });
    }

    @Override
    public String toString() {
        return number + " " + name;
    }
}
