package org.kjump.linux;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.HexFormat;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.kjump.syscall.KexecSegment;
import org.kjump.syscall.Syscalls;
import org.kjump.syscall.UserBuffer;

/** What must hold for every image and every jump, seen in all of memory. */
class JumpInvariantsTest {
    private static final long REGION = 0x100000;
    private static final long PAYLOAD = 0xff0000;

    /** Fills the region below itself with ones, sets the next entry, and comes back. */
    private static final String DESTROYER = """
            bf 00 00 10 00          # mov $0x100000, %edi
            b9 00 c0 3b 00          # mov $0x3bc000, %ecx: words up to 0xff0000
            b8 ff ff ff ff          # mov $-1, %eax
            fc f3 ab                # cld; rep stos
            58 68 00 00 ff 00 ff e0 # pop %eax; push $0xff0000; jmp *%eax
            """;

    private static KexecSegment code(String hex) {
        byte[] bytes = HexFormat.of().parseHex(hex.replaceAll("#.*\n|\\s", ""));
        return new KexecSegment(UserBuffer.of(ByteBuffer.wrap(bytes)), bytes.length, PAYLOAD, 0x1000);
    }

    private static KexecSegment backup(long start, long end) {
        return new KexecSegment(null, 0, start, end - start);
    }

    private static void load(BootedMachine machine, KexecSegment... segments) {
        long answer = machine.process(kernel ->
                kernel.kexecLoad(PAYLOAD, segments.length, List.of(segments), Syscalls.KEXEC_PRESERVE_CONTEXT));
        assertThat(answer).isZero();
    }

    private static void jump(BootedMachine machine) {
        machine.process(kernel -> {
            kernel.reboot(Syscalls.LINUX_REBOOT_MAGIC1, Syscalls.LINUX_REBOOT_MAGIC2, Syscalls.LINUX_REBOOT_CMD_KEXEC);
            return true;
        });
    }

    /** Invariants 1 and 4: kernel text, page directory, zones, log, all that lies in the region and was overwritten. */
    @Test
    void whatThePeerOverwritesInsideTheBackupIsBackAfterTheJump() throws IOException {
        try (BootedMachine machine = BootedMachine.withKexecJump()) {
            load(machine, code(DESTROYER), backup(REGION, PAYLOAD));
            Snapshot before = Snapshot.of(machine);
            Set<Integer> expected = machine.kernel(kernel -> {
                Set<Integer> pages = Snapshot.writtenByTheJump(kernel);
                LoadedImage image = LoadedImage.of(kernel);
                // What the peer left at a destination is in its source page now.
                image.pairs().forEach(pair -> pages.add(pair.source()));
                return pages;
            });
            jump(machine);
            jump(machine);
            assertThat(before.differences(Snapshot.of(machine)))
                    .isSubsetOf(expected)
                    .hasSizeGreaterThan(1000);
        }
    }

    /** The image's pages are not changed either where the peer changes nothing: the second swap undoes the first. */
    @Test
    void swappingTwiceIsAsIfNever() throws IOException {
        try (BootedMachine machine = BootedMachine.withKexecJump()) {
            load(machine, code("58 68 00 00 ff 00 ff e0"), backup(REGION, PAYLOAD));
            Snapshot before = Snapshot.of(machine);
            Set<Integer> expected = machine.kernel(Snapshot::writtenByTheJump);
            jump(machine);
            assertThat(before.differences(Snapshot.of(machine))).isSubsetOf(expected);
        }
    }

    @ParameterizedTest
    @ValueSource(ints = {0x101, 0x3c9, 0x439, 0x405})
    void aPageTakenOutOfTheBackupIsLostAndNoOther(int pfn) throws IOException {
        try (BootedMachine machine = BootedMachine.withKexecJump()) {
            long hole = (long) pfn << 12;
            load(machine, code(DESTROYER), backup(REGION, hole), backup(hole + 0x1000, PAYLOAD));
            Snapshot before = Snapshot.of(machine);
            Set<Integer> expected = machine.kernel(Snapshot::writtenByTheJump);
            machine.kernel(kernel -> {
                LoadedImage.of(kernel).pairs().forEach(pair -> expected.add(pair.source()));
                return true;
            });
            boolean cameBack = true;
            try {
                jump(machine);
            } catch (org.kjump.syscall.ProcessGoneException stopped) {
                cameBack = false;
            }
            Set<Integer> lost = new TreeSet<>(before.differences(Snapshot.of(machine)));
            assertThat(lost).contains(pfn);
            if (cameBack) {
                lost.removeAll(expected);
                lost.remove(pfn);
                assertThat(lost).isEmpty();
            }
        }
    }

    /** Invariant 2. */
    @Test
    void aSourcePageIsItsOwnDestinationOrNone() throws IOException {
        try (BootedMachine machine = BootedMachine.withKexecJump()) {
            load(machine, backup(0x3000000, 0x4000000), code("c3"), backup(REGION, PAYLOAD));
            LoadedImage image = machine.kernel(LoadedImage::of);
            Set<Integer> destinations = image.destinations();
            assertThat(image.pairs()).hasSize(0x1000 + 1 + 0xef0);
            assertThat(image.pairs())
                    .allMatch(pair -> pair.source() == pair.destination() || !destinations.contains(pair.source()));
            assertThat(image.pairs()).anyMatch(pair -> pair.source() == pair.destination());
            assertThat(image.pages())
                    .hasSize(image.pairs().size() + image.indirection().size() + 2);
            assertThat(destinations).doesNotContain(image.control(), image.swap());
            assertThat(image.indirection()).doesNotContainAnyElementsOf(destinations);
        }
    }

    /** Invariant 3. */
    @Test
    void everyPageOfTheImageIsReservedWhileItIsLoaded() throws IOException {
        try (BootedMachine machine = BootedMachine.withKexecJump()) {
            load(machine, code("c3"), backup(REGION, PAYLOAD));
            machine.kernel(kernel -> {
                for (int pfn : LoadedImage.of(kernel).pages()) {
                    long page = kernel.variable("mem_map") + 32L * pfn;
                    // PG_reserved, not PG_buddy; one user.
                    assertThat(kernel.u32(page) & 0x40400).as("page %x", pfn).isEqualTo(0x400);
                    assertThat(kernel.u32(page + 4)).as("page %x", pfn).isEqualTo(1);
                }
                return true;
            });
        }
    }

    /** Invariant 5. */
    @Test
    void theWordThatThePeerLeavesOnTheStackIsTheNextEntry() throws IOException {
        try (BootedMachine machine = BootedMachine.withKexecJump()) {
            load(machine, code("58 68 44 33 22 11 ff e0"));
            jump(machine);
            long start = machine.kernel(kernel ->
                    kernel.struct("kimage", kernel.variable("kexec_image")).get("start"));
            assertThat(start).isEqualTo(0x11223344);
        }
    }

    /** Invariant 6: a load writes to pages that were free, and to the kernel's own lists and tables. */
    @Test
    void aLoadWritesToNoPageThatSomebodyUses() throws IOException {
        try (BootedMachine machine = BootedMachine.withKexecJump()) {
            Snapshot before = Snapshot.of(machine);
            Set<Integer> used = machine.kernel(kernel -> {
                Set<Integer> pages = new TreeSet<>();
                for (int pfn = 0; pfn < 0x4000; pfn++) {
                    if (kernel.u32(kernel.variable("mem_map") + 32L * pfn + 4) != 0) {
                        pages.add(pfn);
                    }
                }
                for (int pfn = 0x1000; pfn < 0x1080; pfn++) {
                    pages.remove(pfn); // mem_map
                }
                // Block types, zones, caches of objects, variables.
                for (int pfn : new int[] {0x1080, 0x3bb, 0x3bc, 0x3c4, 0x3c5, 0x43e}) {
                    pages.remove(pfn);
                }
                return pages;
            });
            load(machine, code(DESTROYER), backup(REGION, PAYLOAD));
            // struct kimage is an object in a page with others.
            used.remove(machine.kernel(kernel -> LoadedImage.of(kernel).kimage()));
            assertThat(before.differences(Snapshot.of(machine)))
                    .hasSizeGreaterThan(40)
                    .doesNotContainAnyElementsOf(used);
        }
    }
}
