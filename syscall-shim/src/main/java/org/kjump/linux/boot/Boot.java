package org.kjump.linux.boot;

import static org.kjump.linux.view.KernelView.paddr;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.function.Consumer;
import org.kjump.linux.kexec.KexecMutex;
import org.kjump.linux.mm.BootMemory;
import org.kjump.linux.mm.FreeBootMemory;
import org.kjump.linux.mm.MemoryInit;
import org.kjump.linux.mm.PageAllocator;
import org.kjump.linux.mm.Slab;
import org.kjump.linux.printk.Printk;
import org.kjump.linux.profile.Profile;
import org.kjump.linux.sched.Idle;
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
    static final long LOAD_ADDRESS = 0x100000;
    private static final int MIN_FRAMES = 0x500;
    static final int LOWMEM_FRAMES = 0x38000;
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

    private void start(Consumer<KernelView> probeDevices) {
        CpuState cpu = machine.cpu();
        if ((cpu.cr0 & CpuState.CR0_PG) != 0 || cpu.eip != LOAD_ADDRESS) {
            throw new KernelPanic(
                    "kernel entered at %08x; it runs at %08x without paging".formatted(cpu.eip, LOAD_ADDRESS));
        }
        Handed handed = Handed.takeOver(machine.ram(), cpu.general[CpuState.ESI] & 0xffffffffL);
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
        } else if (RootDevice.of(kernel).isEmpty()) {
            throw new KernelPanic("VFS: Unable to mount root fs on unknown-block(0,0)");
        }
        freeInit(handed);
        new UserSpace(kernel).start();
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
        new KexecMutex(kernel).init();
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
        if (handed.initrdAt() + handed.initrd().length > (long) LOWMEM_FRAMES << Ram.PAGE_SHIFT) {
            throw new KernelPanic("initrd extends beyond end of memory");
        }
        memory.reserve(handed.initrdAt(), handed.initrdAt() + handed.initrd().length);
        memory.reserve(0x9f000, LOAD_ADDRESS); // BIOS data, adapters, ROM
        int tail = Math.min(memory.frames(), LOWMEM_FRAMES) % 1024 == 0 ? 0 : memory.allocate(1, TABLE_GOAL);
        // The bitmap of boot memory itself, a bit for every page; it is given back when the buddy allocator starts.
        int bitmapPages = (Math.min(memory.frames(), LOWMEM_FRAMES) + 0x7fff) / 0x8000;
        long bitmap = (long) memory.allocate(bitmapPages, 0) << Ram.PAGE_SHIFT;
        crashKernel(memory);
        int pkmap = memory.allocate(1, 0);
        new DirectMapping(kernel).build(memory.frames(), pkmap, tail);
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
}
