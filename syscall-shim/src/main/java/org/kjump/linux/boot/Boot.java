package org.kjump.linux.boot;

import static org.kjump.linux.view.KernelView.paddr;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.function.Consumer;
import org.kjump.linux.image.BootParams;
import org.kjump.linux.mm.BootMemory;
import org.kjump.linux.mm.FreeBootMemory;
import org.kjump.linux.mm.Gfp;
import org.kjump.linux.mm.MemoryInit;
import org.kjump.linux.mm.PageAllocator;
import org.kjump.linux.mm.Slab;
import org.kjump.linux.printk.Printk;
import org.kjump.linux.profile.Profile;
import org.kjump.linux.sched.Idle;
import org.kjump.linux.sched.TaskFactory;
import org.kjump.linux.view.E820Table;
import org.kjump.linux.view.KernelConfig;
import org.kjump.linux.view.KernelPanic;
import org.kjump.linux.view.KernelText;
import org.kjump.linux.view.KernelView;
import org.kjump.machine.E820Entry;
import org.kjump.machine.Machine;
import org.kjump.machine.cpu.CpuState;
import org.kjump.machine.memory.Ram;
import org.kjump.vmcore.layout.Struct;

/**
 * From an image's 32-bit entry point to a kernel that idles: startup_32 and start_kernel. All that it knows it finds in
 * registers and memory, as the code that it stands for would: ESI points to the boot parameters.
 */
public final class Boot {
    private static final long LOAD_ADDRESS = 0x100000;
    private static final int MIN_FRAMES = 0x500;
    private static final int INODE_BYTES = 400;
    private static final int LOWMEM_FRAMES = 0x38000;
    /** Where the boot looks for pages for the direct mapping. */
    private static final int TABLE_GOAL = 7;
    /** PE, MP, ET, NE, WP, AM, PG. */
    private static final int CR0 = 0x80050033;
    /** PSE, PGE, OSFXSR, OSXMMEXCPT. */
    private static final int CR4 = 0x690;

    private final Machine machine;
    private final KernelView kernel;
    private final Profile profile;
    private final Printk printk;

    private Boot(Machine machine, String release) {
        this.machine = machine;
        this.profile = Profile.forRelease(release);
        this.kernel = new KernelView(machine, profile);
        this.printk = new Printk(kernel);
    }

    /**
     * Boots the kernel at whose entry point the processor stands.
     *
     * @param probeDevices what the drivers do when they find their devices
     * @throws KernelPanic if it cannot; the console has the reason
     */
    public static KernelView run(Machine machine, String release, Consumer<KernelView> probeDevices) {
        Boot boot = new Boot(machine, release);
        boot.start(probeDevices);
        return boot.kernel;
    }

    /** What the boot needs from places that the kernel is about to overwrite. */
    private record Handed(String commandLine, List<E820Entry> map, byte[] config, byte[] initrd, long initrdAt) {}

    private void start(Consumer<KernelView> probeDevices) {
        CpuState cpu = machine.cpu();
        if ((cpu.cr0 & CpuState.CR0_PG) != 0 || cpu.eip != LOAD_ADDRESS) {
            throw new KernelPanic(
                    "kernel entered at %08x; it runs at %08x without paging".formatted(cpu.eip, LOAD_ADDRESS));
        }
        Handed handed = takeOver(cpu.general[CpuState.ESI] & 0xffffffffL);
        image(handed);
        printk.init();
        printk.info("Linux version %s (kjump) #1".formatted(profile.release()));
        List<E820Entry> map = MemoryParameters.apply(handed.map(), handed.commandLine());
        E820Table.store(kernel, "firmware_map", handed.map());
        E820Table.store(kernel, "e820", map);
        printk.info("BIOS-provided physical RAM map:");
        map.forEach(entry -> printk.info(" BIOS-e820: %016x - %016x (%s)"
                .formatted(entry.start(), entry.end(), entry.type() == E820Entry.Type.RAM ? "usable" : "reserved")));
        memory(map, handed);
        cpuIdle();
        printk.info("Kernel command line: " + handed.commandLine());
        crashDump(handed);
        probeDevices.accept(kernel);
        if (handed.initrd().length > 0) {
            printk.info("Unpacking initramfs... done");
            new RootArchive(kernel).unpack(handed.initrd());
        } else if (kernel.parameter("root").isEmpty()) {
            throw new KernelPanic("VFS: Unable to mount root fs on unknown-block(0,0)");
        }
        freeInit(handed);
        tasks();
    }

    private Handed takeOver(long bootParams) {
        Ram ram = machine.ram();
        Struct params = BootParams.LAYOUT.at(ram, bootParams);
        if (params.get("header") != BootParams.HEADER_MAGIC) {
            throw new KernelPanic("no boot parameters at %08x".formatted(bootParams));
        }
        int entries = (int) Math.min(params.get("e820_entries"), BootParams.E820_MAX);
        List<E820Entry> map = E820Table.entries(ram, params.addressOf("e820_map"), entries);
        byte[] config = bytes(LOAD_ADDRESS + params.get("payload_offset"), params.get("payload_length"), 1 << 18);
        long initrdAt = params.get("ramdisk_image");
        byte[] initrd = bytes(initrdAt, params.get("ramdisk_size"), ram.size());
        StringBuilder line = new StringBuilder();
        long at = params.get("cmd_line_ptr");
        for (int i = 0; at != 0 && i < 2047 && ram.u8(at + i) != 0; i++) {
            line.append((char) ram.u8(at + i));
        }
        return new Handed(line.toString().trim(), map, config, initrd, initrdAt);
    }

    private byte[] bytes(long paddr, long length, long limit) {
        if (length > limit || paddr + length > machine.ram().size()) {
            throw new KernelPanic("%d bytes at %08x are not in memory".formatted(length, paddr));
        }
        byte[] bytes = new byte[(int) length];
        machine.ram().read(paddr, ByteBuffer.wrap(bytes));
        return bytes;
    }

    /** The kernel's own image as decompression leaves it: text, read-only data, data; and a zero bss. */
    private void image(Handed handed) {
        if (paddr(profile.symbol("pg0_end")) > machine.ram().size()) {
            throw new KernelPanic("the kernel does not fit into memory");
        }
        long end = paddr(profile.symbol("pg0_end"));
        for (long at = LOAD_ADDRESS; at < end; at += Ram.PAGE_SIZE) {
            machine.ram().clearPage((int) (at >> Ram.PAGE_SHIFT));
        }
        // Code and constants: nobody runs or reads them here, but they are not zero.
        ByteBuffer filler = ByteBuffer.allocate(Ram.PAGE_SIZE).order(ByteOrder.LITTLE_ENDIAN);
        for (long at = LOAD_ADDRESS; at < paddr(profile.symbol("_etext")); at += Ram.PAGE_SIZE) {
            for (int i = 0; i < Ram.PAGE_SIZE; i += 4) {
                filler.putInt(i, (int) (at + i) * 0x9e3779b1);
            }
            machine.ram().write(at, filler.duplicate());
        }
        kernel.setBytes(profile.symbol("_stext"), KernelText.textPage(profile.release()));
        String banner = "Linux version %s (kjump@localhost) #1\n\0".formatted(profile.release());
        kernel.setBytes(profile.symbol("linux_banner"), banner.getBytes(StandardCharsets.US_ASCII));
        KernelConfig.put(kernel, handed.config());
        kernel.setBytes(
                profile.symbol("saved_command_line"),
                (handed.commandLine() + "\0").getBytes(StandardCharsets.ISO_8859_1));
        Struct uts = kernel.struct("uts_namespace", profile.symbol("init_uts_ns"));
        uts.set("kref", 2);
        uts.setString("sysname", "Linux");
        uts.setString("nodename", "(none)");
        uts.setString("release", profile.release());
        uts.setString("version", "#1 (kjump)");
        uts.setString("machine", "i686");
        uts.setString("domainname", "(none)");
        globalDescriptorTable();
        byte[] vmcoreinfo = profile.vmcoreinfoText().getBytes(StandardCharsets.US_ASCII);
        kernel.setBytes(profile.symbol("vmcoreinfo_data"), vmcoreinfo);
        kernel.setVariable("vmcoreinfo_size", vmcoreinfo.length);
        kernel.initList(profile.symbol("dpm_list"));
        kernel.initList(profile.symbol("kexec_mutex") + 4);
        kernel.setVariable("kexec_mutex", 1);
    }

    private void globalDescriptorTable() {
        long gdt = profile.symbol("per_cpu__gdt_page");
        int[][] entries = {
            {12, 0x0000ffff, 0x00cf9a00},
            {13, 0x0000ffff, 0x00cf9200},
            {14, 0x0000ffff, 0x00cffa00},
            {15, 0x0000ffff, 0x00cff200},
            {26, 0x00000000, 0x00c09200}
        };
        for (int[] entry : entries) {
            kernel.setU32(gdt + 8L * entry[0], entry[1]);
            kernel.setU32(gdt + 8L * entry[0] + 4, entry[2]);
        }
    }

    private void memory(List<E820Entry> map, Handed handed) {
        BootMemory memory = new BootMemory(kernel, map);
        if (memory.frames() < MIN_FRAMES) {
            throw new KernelPanic("%d KiB of memory are too little".formatted(memory.frames() * 4));
        }
        memory.reserve(0, Ram.PAGE_SIZE);
        memory.reserve(LOAD_ADDRESS, paddr(profile.symbol("pg0_end")));
        memory.reserve(handed.initrdAt(), handed.initrdAt() + handed.initrd().length);
        memory.reserve(0x9f000, LOAD_ADDRESS); // BIOS data, adapters, ROM
        int tail = Math.min(memory.frames(), LOWMEM_FRAMES) % 1024 == 0 ? 0 : memory.allocate(1, TABLE_GOAL);
        // The bitmap of boot memory itself, a bit for every page; it is given back when the buddy allocator starts.
        int bitmapPages = (Math.min(memory.frames(), LOWMEM_FRAMES) + 0x7fff) / 0x8000;
        long bitmap = (long) memory.allocate(bitmapPages, 0) << Ram.PAGE_SHIFT;
        crashKernel(memory);
        int pkmap = memory.allocate(1, 0);
        pageTables(memory.frames(), pkmap, tail);
        MemoryInit.run(kernel, memory);
        FreeBootMemory free = new FreeBootMemory(kernel);
        free.all(memory);
        free.range(bitmap, bitmap + ((long) bitmapPages << Ram.PAGE_SHIFT));
        new Slab(kernel).init();
        printk.info(
                "Memory: %dk/%dk available".formatted(4 * new PageAllocator(kernel).freePages(), 4L * memory.frames()));
    }

    /** What only boot needed: the RAM disk, once it is unpacked, and the kernel's own .init sections. */
    private void freeInit(Handed handed) {
        FreeBootMemory free = new FreeBootMemory(kernel);
        free.range(handed.initrdAt() & -Ram.PAGE_SIZE, handed.initrdAt() + handed.initrd().length + 4095 & -4096);
        free.range(paddr(profile.symbol("__init_begin")), paddr(profile.symbol("__init_end")));
        printk.info("Freeing unused kernel memory: %dk freed"
                .formatted(profile.symbol("__init_end") - profile.symbol("__init_begin") >> 10));
    }

    /** {@code crashkernel=size@start}: kept from the allocator for a crash kernel. */
    private void crashKernel(BootMemory memory) {
        String value = kernel.parameter("crashkernel").orElse("");
        int at = value.indexOf('@');
        if (at > 0) {
            long start = MemoryParameters.size(value.substring(at + 1));
            long size = MemoryParameters.size(value.substring(0, at));
            memory.reserve(start, start + size);
            kernel.setVariable("crashk_start", start);
            kernel.setVariable("crashk_end", start + size - 1);
        }
    }

    /** The first 4 MiB by small pages, as the head code maps them, then large ones, and small ones for the tail; pkmap and fixmap at the top. */
    private void pageTables(int frames, int pkmap, int tail) {
        long directory = profile.symbol("swapper_pg_dir");
        long pg0 = profile.symbol("pg0");
        kernel.setU32(directory + 4 * 768, paddr(pg0) | 0x67);
        for (int i = 0; i < 1024; i++) {
            kernel.setU32(pg0 + 4L * i, (long) i << Ram.PAGE_SHIFT | 0x163);
        }
        int low = Math.min(frames, LOWMEM_FRAMES);
        for (int i = 1; i < low / 1024; i++) {
            kernel.setU32(directory + 4L * (768 + i), (long) i << 22 | 0x1e3);
        }
        if (low % 1024 != 0) {
            kernel.setU32(directory + 4L * (768 + low / 1024), (long) tail << Ram.PAGE_SHIFT | 0x67);
            for (int pfn = low & -1024; pfn < low; pfn++) {
                kernel.setU32(KernelView.pageAddress(tail) + 4L * (pfn % 1024), (long) pfn << Ram.PAGE_SHIFT | 0x163);
            }
        }
        kernel.setU32(directory + 4 * 1022, (long) pkmap << Ram.PAGE_SHIFT | 0x67);
        kernel.setU32(directory + 4 * 1023, paddr(profile.symbol("swapper_pg_fixmap")) | 0x67);
    }

    /** The processor as a kernel has it that idles. */
    private void cpuIdle() {
        CpuState cpu = machine.cpu();
        cpu.reset();
        cpu.cr0 = CR0;
        cpu.cr3 = (int) paddr(profile.symbol("swapper_pg_dir"));
        cpu.cr4 = CR4;
        cpu.gdtBase = (int) profile.symbol("per_cpu__gdt_page");
        cpu.gdtLimit = 0xff;
        cpu.idtBase = (int) profile.symbol("idt_table");
        cpu.idtLimit = 0x7ff;
        cpu.taskSelector = 0x80;
        Idle.enter(kernel);
    }

    /** {@code elfcorehdr=}, and the limit up to which 2.6.27 reads old memory: only a map by memmap=exactmap sets it. */
    private void crashDump(Handed handed) {
        kernel.setVariable("elfcorehdr_addr", 0xffffffffL);
        kernel.parameter("elfcorehdr")
                .ifPresent(value -> kernel.setVariable("elfcorehdr_addr", MemoryParameters.size(value)));
        if ((" " + handed.commandLine() + " ").contains(" memmap=exactmap ")) {
            long end = handed.map().stream()
                    .filter(entry -> entry.type() == E820Entry.Type.RAM)
                    .mapToLong(E820Entry::end)
                    .max()
                    .orElse(0);
            kernel.setVariable("saved_max_pfn", end >> Ram.PAGE_SHIFT);
        }
    }

    private void tasks() {
        TaskFactory factory = new TaskFactory(kernel);
        factory.swapper();
        factory.process(1, "init", 4);
        factory.kernelThread(2, "kthreadd");
        factory.kernelThread(3, "ksoftirqd/0");
        factory.kernelThread(4, "events/0");
        factory.kernelThread(5, "khelper");
        factory.kernelThread(41, "kblockd/0");
        factory.freezableThread(66, "pdflush");
        factory.freezableThread(67, "pdflush");
        factory.freezableThread(68, "kswapd0");
        factory.kernelThread(69, "aio/0");
        factory.process(70, "sh", 6);
        if (kernel.parameter("root").isPresent()) {
            factory.process(71, "counter", 24);
            factory.process(72, "writer", 160);
            Struct parent = factory.process(73, "parent", 48);
            factory.share(parent, factory.process(74, "child", 16), 40);
            pageCache();
        }
    }

    /** What a system that has run for a while has read from its disk: clean pages, and some with buffers. */
    private void pageCache() {
        PageAllocator allocator = new PageAllocator(kernel);
        Slab slab = new Slab(kernel);
        // A structure of about the size of an inode: its address_space is what the pages point to.
        long inode = slab.allocate(INODE_BYTES).orElseThrow(() -> new KernelPanic("Out of memory"));
        for (int i = 0; i < 600; i++) {
            int pfn = allocator
                    .allocateZeroed(Gfp.HIGHUSER_MOVABLE, 0)
                    .orElseThrow(() -> new KernelPanic("Out of memory"));
            String text = "page %d of the page cache\n".formatted(i);
            machine.ram()
                    .write((long) pfn << Ram.PAGE_SHIFT, ByteBuffer.wrap(text.getBytes(StandardCharsets.US_ASCII)));
            if (i % 6 == 5) {
                long buffers = slab.allocate("buffer_head").orElseThrow(() -> new KernelPanic("Out of memory"));
                kernel.struct("buffer_head", buffers)
                        .set("b_page", allocator.memMap().page(pfn));
                allocator.memMap().setBuffered(pfn, inode, i, buffers);
            } else {
                allocator.memMap().setCache(pfn, inode, i);
            }
        }
    }
}
