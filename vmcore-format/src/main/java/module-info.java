/** Dumps of kernels: formats, structures, page classes. */
module org.kjump.vmcore {
    requires static transitive org.jspecify;
    requires aircompressor;
    requires com.github.luben.zstd_jni;

    exports org.kjump.vmcore;
    exports org.kjump.vmcore.arch;
    exports org.kjump.vmcore.codec;
    exports org.kjump.vmcore.dmesg;
    exports org.kjump.vmcore.debug;
    exports org.kjump.vmcore.debug.btf;
    exports org.kjump.vmcore.debug.dwarf;
    exports org.kjump.vmcore.debug.type;
    exports org.kjump.vmcore.elf;
    exports org.kjump.vmcore.erase;
    exports org.kjump.vmcore.flattened;
    exports org.kjump.vmcore.io;
    exports org.kjump.vmcore.kdump;
    exports org.kjump.vmcore.kernel;
    exports org.kjump.vmcore.layout;
    exports org.kjump.vmcore.open;
    exports org.kjump.vmcore.pipeline;
    exports org.kjump.vmcore.raw;
    exports org.kjump.vmcore.sadump;
}
