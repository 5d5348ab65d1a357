package org.kjump.linux.view;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Optional;
import org.kjump.machine.memory.Ram;

/**
 * The page of a kernel's text where code hands over to Java: a {@code vmcall} and a service number at each place, and
 * what kernel it is. The page is all that says so: a kernel is recognised from memory alone.
 */
public final class KernelText {
    /** Offset of the 32-bit entry point, in the first page of an image. */
    public static final int STARTUP_OFFSET = 0;
    /** Offset in the page at {@code _stext}: the idle loop. */
    public static final int IDLE_OFFSET = 0x40;
    /** Offset in the page at {@code _stext}: where the call into the control page returns to. */
    public static final int MACHINE_KEXEC_RETURN_OFFSET = 0x60;

    private static final int ID_OFFSET = 0x10;
    private static final byte[] ID = "KJUMPTXT".getBytes(StandardCharsets.US_ASCII);
    private static final int RELEASE_LENGTH = 24;
    private static final int VMCALL = 0xc1010f;

    /** What a kernel's code asks Java to do. */
    public enum Service {
        STARTUP(1),
        IDLE(2),
        MACHINE_KEXEC_RETURN(3);

        private final int number;

        Service(int number) {
            this.number = number;
        }
    }

    /** A place where code hands over. */
    public record Place(Service service, String release) {}

    private KernelText() {}

    /** The first page of an image: its entry point. */
    public static byte[] imagePage(String release) {
        byte[] page = page(release);
        put(page, STARTUP_OFFSET, Service.STARTUP);
        return page;
    }

    /** The page at {@code _stext} of a kernel that runs. */
    public static byte[] textPage(String release) {
        byte[] page = page(release);
        put(page, IDLE_OFFSET, Service.IDLE);
        put(page, MACHINE_KEXEC_RETURN_OFFSET, Service.MACHINE_KEXEC_RETURN);
        return page;
    }

    private static byte[] page(String release) {
        byte[] page = new byte[Ram.PAGE_SIZE];
        ByteBuffer.wrap(page, ID_OFFSET, ID.length + RELEASE_LENGTH)
                .put(ID)
                .put(release.getBytes(StandardCharsets.US_ASCII));
        return page;
    }

    private static void put(byte[] page, int offset, Service service) {
        ByteBuffer place = ByteBuffer.wrap(page, offset, 7).order(ByteOrder.LITTLE_ENDIAN);
        place.put((byte) 0x0f).put((byte) 0x01).put((byte) 0xc1).putInt(service.number);
    }

    /** What stands at a physical address, if it is such a place. */
    public static Optional<Place> at(Ram ram, long paddr) {
        long start = paddr & -Ram.PAGE_SIZE;
        byte[] id = new byte[ID.length + RELEASE_LENGTH];
        ram.read(start + ID_OFFSET, ByteBuffer.wrap(id));
        if (!Arrays.equals(id, 0, ID.length, ID, 0, ID.length) || (ram.u32(paddr) & 0xffffff) != VMCALL) {
            return Optional.empty();
        }
        int number = ram.u32(paddr + 3);
        int end = ID.length;
        while (end < id.length && id[end] != 0) {
            end++;
        }
        String release = new String(id, ID.length, end - ID.length, StandardCharsets.US_ASCII);
        return Arrays.stream(Service.values())
                .filter(service -> service.number == number)
                .map(service -> new Place(service, release))
                .findFirst();
    }
}
