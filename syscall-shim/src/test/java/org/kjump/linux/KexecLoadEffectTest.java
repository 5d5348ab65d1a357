package org.kjump.linux;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.kjump.linux.mm.PageAllocator;
import org.kjump.syscall.Errno;
import org.kjump.syscall.KexecSegment;
import org.kjump.syscall.ProcessGoneException;
import org.kjump.syscall.SyscallException;
import org.kjump.syscall.Syscalls;
import org.kjump.syscall.UserBuffer;

/** What a load leaves in the kernel's memory and on the disk. */
class KexecLoadEffectTest {
    private static final UserBuffer BUFFER = UserBuffer.of(ByteBuffer.allocate(0x10000));

    private static Object load(BootedMachine machine, KexecSegment... segments) {
        return machine.process(kernel -> load(kernel, segments));
    }

    private static Object load(Syscalls kernel, KexecSegment... segments) {
        try {
            return kernel.kexecLoad(0x100000, segments.length, List.of(segments), 2);
        } catch (SyscallException e) {
            return e.errno();
        }
    }

    /** Pages on the free lists and those that the processor keeps in front of them. */
    private static long freePages(BootedMachine machine) {
        return machine.kernel(kernel -> {
            long pages = new PageAllocator(kernel).freePages();
            for (int zone = 0; zone < 2; zone++) {
                pages += kernel.u32(kernel.profile().symbol("contig_page_data") + 664L * zone + 28);
            }
            return pages;
        });
    }

    @Test
    void unloadingGivesBackEveryPage() throws IOException {
        try (BootedMachine machine = BootedMachine.withKexecJump()) {
            long before = freePages(machine);
            assertThat(load(machine, new KexecSegment(null, 0, 0x100000, 0xf00000)))
                    .isEqualTo(0L);
            // 3840 sources, 4 pages of the list, control page, swap page.
            assertThat(before - freePages(machine)).isGreaterThanOrEqualTo(3840 + 4 + 2);
            assertThat(load(machine)).isEqualTo(0L);
            assertThat(freePages(machine)).isEqualTo(before);
        }
    }

    @Test
    void aLoadThatRunsOutOfMemoryGivesBackEveryPage() throws IOException {
        try (BootedMachine machine = BootedMachine.withKexecJump()) {
            long before = freePages(machine);
            assertThat(load(machine, new KexecSegment(null, 0, 0x100000, 0x3e81000)))
                    .isEqualTo(Errno.ENOMEM);
            assertThat(freePages(machine)).isEqualTo(before);
        }
    }

    @Test
    void aBufferThatIsNotThereGivesBackEveryPage() throws IOException {
        try (BootedMachine machine = BootedMachine.withKexecJump()) {
            long before = freePages(machine);
            assertThat(load(machine, new KexecSegment(null, 0x1000, 0x100000, 0x8000)))
                    .isEqualTo(Errno.EIO);
            assertThat(freePages(machine)).isEqualTo(before);
        }
    }

    /** What stands on the disk while a load is under way is the machine before it, whatever other calls are made. */
    @Test
    void aLoadInsideALoadPutsNoHalfImageOntoTheDisk() throws IOException {
        try (BootedMachine machine = BootedMachine.withKexecJump()) {
            byte[] before = machine.state();
            List<Object> seen = new ArrayList<>();
            machine.process(kernel -> {
                UserBuffer slow = (offset, target) -> {
                    seen.add(load(kernel, new KexecSegment(BUFFER, 0x1000, 0x100000, 0x1000)));
                    seen.add(Arrays.equals(state(machine), before));
                    BUFFER.copyFromUser(offset, target);
                };
                return load(kernel, new KexecSegment(slow, 0x2000, 0x100000, 0x2000));
            });
            assertThat(seen).containsExactly(Errno.EBUSY, true, Errno.EBUSY, true);
            assertThat(machine.file("/sys/kernel/kexec_loaded")).isEqualTo("1\n");
        }
    }

    /** Killed while the kernel copies the k-th page: nobody will ever see the machine half loaded. */
    @Test
    void aProcessKilledInTheMiddleOfALoadLeavesTheOldMachine() throws IOException {
        try (BootedMachine machine = BootedMachine.withKexecJump()) {
            byte[] before = machine.state();
            for (int kill = 0; kill < 16; kill++) {
                long offsetOfDeath = kill * 0x1000L;
                UserBuffer deadly = (offset, target) -> {
                    if (offset == offsetOfDeath) {
                        throw new Killed();
                    }
                    BUFFER.copyFromUser(offset, target);
                };
                try {
                    load(machine, new KexecSegment(deadly, 0x10000, 0x100000, 0x10000));
                    throw new AssertionError("not killed at " + kill);
                } catch (Killed expected) {
                    assertThat(machine.state()).isEqualTo(before);
                }
            }
        }
    }

    /** The host's disk cannot be written: the call's own answer is not hidden, and nobody is told that the machine has changed. */
    @Test
    void aCallWhoseResultCannotBeKeptSaysBoth() throws IOException {
        try (BootedMachine machine = BootedMachine.withKexecJump()) {
            byte[] before = machine.state();
            Files.createDirectories(machine.folder().resolve("state.new/full"));
            assertThatThrownBy(() -> load(machine, new KexecSegment(BUFFER, 0x1000, 0x100800, 0x1000)))
                    .isInstanceOf(ProcessGoneException.class)
                    .hasMessageContaining("state.new: cannot be written")
                    .hasMessageContaining("not kept: kexec_load")
                    .hasMessageContaining("EADDRNOTAVAIL");
            assertThatThrownBy(() -> load(machine, new KexecSegment(BUFFER, 0x1000, 0x100000, 0x1000)))
                    .isInstanceOf(ProcessGoneException.class)
                    .hasMessageContaining("state.new: cannot be written");
            assertThat(machine.state()).isEqualTo(before);
        }
    }

    /** As SIGKILL: nothing of the program catches it. */
    static final class Killed extends Error {
        private static final long serialVersionUID = 1;
    }

    private static byte[] state(BootedMachine machine) {
        try {
            return machine.state();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
