package org.kjump.kexec;

import java.util.EnumSet;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import org.kjump.kexec.LoadRequest.Base;
import org.kjump.kexec.LoadRequest.CommandLine;
import org.kjump.kexec.LoadRequest.Handover;
import org.kjump.kexec.plan.Checks;
import org.kjump.kexec.plan.PaddrRange;
import org.kjump.kexec.plan.Purpose;

/**
 * What the options say so far, from left to right: of two that contradict each other the last wins, and only in what it is about
 * (kexec-tools 2.0.32, main()).
 */
final class Settings {
    private static final long FOUR_GIB = 1L << 32;

    private final Set<Step> steps = EnumSet.of(Step.LOAD, Step.SHUTDOWN, Step.SYNC);
    private final Set<Option> seen = EnumSet.noneOf(Option.class);
    private Purpose purpose = Purpose.REPLACE;
    private Option syscall = Option.KEXEC_SYSCALL_AUTO;
    private Handover handover = Handover.ELF_NOTES;
    private Optional<String> machine = Optional.empty();
    private Optional<String> type = Optional.empty();
    private Optional<String> initrd = Optional.empty();
    private OptionalLong memMax = OptionalLong.empty();
    private OptionalLong entry = OptionalLong.empty();
    private long memMin;
    private String append = "";
    private int serialPort = SerialPort.DEFAULT;

    /** @throws UsageException if the argument is none for this option, or the option is refused */
    void take(Option option, String argument) {
        option.refusal().ifPresent(reason -> {
            throw new RefusedException(
                    1,
                    "kexec: --%s is not supported: %s".formatted(option.names().get(0), reason));
        });
        seen.add(option);
        switch (option) {
            case LOAD -> change(Set.of(Step.LOAD), Set.of(Step.EXEC, Step.SHUTDOWN));
            case LOAD_PANIC -> {
                change(Set.of(Step.LOAD), Set.of(Step.EXEC, Step.SHUTDOWN, Step.SYNC));
                purpose = Purpose.CRASH;
            }
            case LOAD_PRESERVE_CONTEXT -> {
                change(Set.of(Step.LOAD, Step.SYNC), Set.of(Step.EXEC, Step.SHUTDOWN));
                purpose = Purpose.PRESERVE_CONTEXT;
            }
            case LOAD_JUMP_BACK_HELPER -> {
                change(Set.of(Step.SYNC, Step.JUMP_BACK_IMAGE), Set.of(Step.LOAD, Step.EXEC, Step.SHUTDOWN));
                purpose = Purpose.PRESERVE_CONTEXT;
            }
            case UNLOAD -> change(Set.of(Step.UNLOAD), Set.of(Step.LOAD, Step.SHUTDOWN, Step.SYNC));
            case EXEC -> change(Set.of(Step.EXEC, Step.SYNC), Set.of(Step.LOAD, Step.SHUTDOWN));
            case FORCE -> change(Set.of(Step.LOAD, Step.EXEC, Step.SYNC), Set.of(Step.SHUTDOWN));
            case KEXEC_FILE_SYSCALL, KEXEC_SYSCALL, KEXEC_SYSCALL_AUTO -> syscall = option;
            case ARGS_NONE -> handover = Handover.NONE;
            case ARGS_ELF -> handover = Handover.ELF_NOTES;
            case ARGS_LINUX -> handover = Handover.LINUX;
            case MACHINE -> machine = Optional.of(argument);
            case TYPE -> type = Optional.of(argument);
            case INITRD -> initrd = Optional.of(argument);
            case APPEND -> append = argument;
            case MEM_MIN -> memMin = Address.parse("mem-min", argument);
            case MEM_MAX -> memMax = OptionalLong.of(Address.parse("mem-max", argument));
            // The C tool cannot be told --entry=0: there 0 means that it was not given. An empty value means that here
            // too.
            case ENTRY ->
                entry = argument.isEmpty() ? OptionalLong.empty() : OptionalLong.of(Address.parse("entry", argument));
            case SERIAL -> serialPort = SerialPort.port(argument);
            case SERIAL_BAUD -> SerialPort.requireBaud(argument);
            default -> {
                // It is enough that it was seen.
            }
        }
    }

    private void change(Set<Step> on, Set<Step> off) {
        steps.addAll(on);
        steps.removeAll(off);
    }

    boolean wants(Step step) {
        return step == Step.SYNC ? steps.contains(step) && !seen.contains(Option.NO_SYNC) : steps.contains(step);
    }

    boolean crashRegionSizeOnly() {
        return seen.contains(Option.PRINT_CKR_SIZE);
    }

    boolean reuseInitrd() {
        return seen.contains(Option.REUSE_INITRD);
    }

    boolean status() {
        return seen.contains(Option.STATUS);
    }

    /** Both images, unless one is meant. The C tool then asks for the crash image only. */
    List<Slot> statusSlots() {
        if (purpose == Purpose.CRASH) {
            return List.of(Slot.CRASH);
        }
        boolean one = seen.contains(Option.LOAD) || purpose == Purpose.PRESERVE_CONTEXT;
        return one ? List.of(Slot.NORMAL) : List.of(Slot.NORMAL, Slot.CRASH);
    }

    Slot slot() {
        return purpose == Purpose.CRASH ? Slot.CRASH : Slot.NORMAL;
    }

    Command.Verbosity verbosity() {
        return seen.contains(Option.DEBUG) ? Command.Verbosity.DEBUG : Command.Verbosity.QUIET;
    }

    Optional<String> machine() {
        return machine;
    }

    OptionalLong entry() {
        return entry;
    }

    /** @throws RefusedException if what is asked for cannot be, whatever files there are */
    void requireConsistency() {
        boolean loads = steps.contains(Step.LOAD);
        boolean helper = steps.contains(Step.JUMP_BACK_IMAGE);
        if (!loads) {
            seen.stream().filter(Option::isForLoading).findFirst().ifPresent(option -> {
                throw new UsageException(
                        1,
                        "kexec: --%s is for loading a kernel"
                                .formatted(option.names().get(0)));
            });
        }
        if (loads && purpose == Purpose.PRESERVE_CONTEXT && memMax.isEmpty()) {
            throw new RefusedException(1, """
                    Please specify memory range used by kexeced kernel
                    to preserve the context of original kernel with\s
                    "--mem-max" parameter""");
        }
        if (syscall == Option.KEXEC_FILE_SYSCALL && (loads || helper || steps.contains(Step.UNLOAD))) {
            if (purpose == Purpose.PRESERVE_CONTEXT) {
                throw new RefusedException(
                        1,
                        "--load-%s not supported with kexec_file_load"
                                .formatted(helper ? "jump-back-helper" : "preserve-context"));
            }
            throw new RefusedException(253, "syscall kexec_file_load not available.");
        }
    }

    LoadRequest loadRequest(List<String> operands) {
        if (operands.isEmpty()) {
            throw new UsageException(255, "No kernel specified");
        }
        if (operands.size() > 1) {
            throw new UsageException(
                    1,
                    "kexec: one kernel is expected, '%s' and '%s' are given (a command line goes into --append)"
                            .formatted(operands.get(0), operands.get(1)));
        }
        long end = memMax.isPresent() ? memMax.getAsLong() + 1 : FOUR_GIB;
        if (end <= memMin) {
            throw new RefusedException(
                    255,
                    "Too small mem_max: 0x%x.\nCannot load %s (--mem-min is 0x%x)"
                            .formatted(end - 1, operands.get(0), memMin));
        }
        if (seen.contains(Option.REAL_MODE)) {
            throw purpose == Purpose.CRASH
                    ? new RefusedException(255, "Can't use bzImage for crash dump purposes with real mode entry")
                    : new RefusedException(
                            1, "kexec: --real-mode is not supported: kernels are entered at their 32-bit entry");
        }
        Base base = seen.contains(Option.REUSE_COMMAND_LINE) ? Base.RUNNING_KERNEL : Base.NOTHING;
        return new LoadRequest(
                operands.get(0),
                purpose,
                type,
                new PaddrRange(memMin, end),
                entry,
                handover,
                new CommandLine(base, append),
                initrd,
                seen.contains(Option.NO_CHECKS) ? Checks.NONE : Checks.SHA256,
                serialPort);
    }
}
