package org.kjump.kexec.plan;

import java.nio.ByteBuffer;
import org.kjump.kexec.image.BzImage;
import org.kjump.kexec.image.ElfExecutable;

/** A Linux kernel that is entered as the 32-bit boot protocol says, whatever file it is in. */
public sealed interface LinuxKernel permits BzImageKernel, VmlinuxKernel {
    static LinuxKernel of(BzImage image) {
        return new BzImageKernel(image);
    }

    /** {@code --args-linux} */
    static LinuxKernel of(ElfExecutable program) {
        return new VmlinuxKernel(program);
    }

    /** The file's. */
    String name();

    /** Boot protocol version. */
    int protocol();

    /** The setup header, from offset 0x1f1 of boot_params on. */
    ByteBuffer setupHeader();

    /** Where the command line is, from the beginning of boot_params. */
    int commandLineOffset();

    /** Longest command line, without its NUL. */
    long commandLineMax();

    /** The highest address of an initrd's last byte. */
    long initrdAddressMax();

    /** How much room it needs, and from where on. */
    PaddrRange room();

    /** Whether it runs where a crash region is. */
    boolean relocatable();

    /** Takes what it cannot do without, before anything else is placed. */
    void claim(Placement placement);

    PaddrRange placePurgatory(Placement placement, long size);

    PaddrRange placeSetup(Placement placement, long size);

    /** @return where it is entered */
    long place(Placement placement);
}
