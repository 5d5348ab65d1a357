package org.kjump.linux.view;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.kjump.linux.profile.Profile;
import org.kjump.machine.Machine;
import org.kjump.machine.cpu.CpuState;
import org.kjump.machine.memory.Ram;
import org.kjump.vmcore.layout.Struct;
import org.kjump.vmcore.layout.WritableMemory;

/**
 * A kernel seen in a machine's memory. It keeps nothing: whoever looks again sees what the memory then says.
 *
 * <p>Addresses are virtual, in the kernel's direct mapping of all memory at {@link #PAGE_OFFSET}.
 */
public record KernelView(Machine machine, Profile profile) implements WritableMemory {
    /** Where the kernel maps physical memory: include/asm-x86/page_32.h, the default split. */
    public static final long PAGE_OFFSET = 0xc0000000L;

    /** The kernel that runs on a machine: the one in whose idle loop the processor stands. */
    public static Optional<KernelView> running(Machine machine) {
        CpuState cpu = machine.cpu();
        if (!machine.poweredOn() || (cpu.cr0 & CpuState.CR0_PG) == 0) {
            return Optional.empty();
        }
        return KernelText.at(machine.ram(), paddr(cpu.eip & 0xffffffffL))
                .filter(place -> place.service() == KernelText.Service.IDLE)
                .map(place -> new KernelView(machine, Profile.forRelease(place.release())));
    }

    public Ram ram() {
        return machine.ram();
    }

    public static long paddr(long vaddr) {
        return vaddr - PAGE_OFFSET;
    }

    public static long vaddr(long paddr) {
        return paddr + PAGE_OFFSET;
    }

    /** The virtual address of a page frame. */
    public static long pageAddress(int pfn) {
        return PAGE_OFFSET + ((long) pfn << Ram.PAGE_SHIFT);
    }

    public static int pfn(long vaddr) {
        return (int) (paddr(vaddr) >> Ram.PAGE_SHIFT);
    }

    @Override
    public ByteOrder order() {
        return ByteOrder.LITTLE_ENDIAN;
    }

    @Override
    public void read(long vaddr, ByteBuffer target) {
        ram().read(paddr(vaddr), target);
    }

    @Override
    public void write(long vaddr, ByteBuffer source) {
        ram().write(paddr(vaddr), source);
    }

    @Override
    public long unsigned(long vaddr, int width) {
        return width == 4 ? u32(vaddr) : WritableMemory.super.unsigned(vaddr, width);
    }

    @Override
    public void setUnsigned(long vaddr, int width, long value) {
        if (width == 4) {
            setU32(vaddr, value);
        } else {
            WritableMemory.super.setUnsigned(vaddr, width, value);
        }
    }

    public long u32(long vaddr) {
        return ram().u32(paddr(vaddr)) & 0xffffffffL;
    }

    public void setU32(long vaddr, long value) {
        ram().setU32(paddr(vaddr), (int) value);
    }

    /** The value of a 32-bit variable of the kernel. */
    public long variable(String symbol) {
        return u32(profile.symbol(symbol));
    }

    public void setVariable(String symbol, long value) {
        setU32(profile.symbol(symbol), value);
    }

    public Struct struct(String name, long vaddr) {
        return profile.struct(name).at(this, vaddr);
    }

    /** {@code container_of}: the structure of which {@code member} lies at {@code memberAddress}. */
    public Struct containing(String name, String member, long memberAddress) {
        return struct(name, memberAddress - profile.struct(name).field(member).offset());
    }

    /** Text up to a NUL, at most {@code limit} characters. */
    public String string(long vaddr, int limit) {
        StringBuilder text = new StringBuilder();
        for (int i = 0; i < limit; i++) {
            int character = ram().u8(paddr(vaddr) + i);
            if (character == 0) {
                break;
            }
            text.append((char) character);
        }
        return text.toString();
    }

    public void setBytes(long vaddr, byte[] bytes) {
        write(vaddr, ByteBuffer.wrap(bytes));
    }

    /** Makes a list_head an empty list. */
    public void initList(long head) {
        setU32(head, head);
        setU32(head + 4, head);
    }

    /** Puts {@code node} in front of a list. */
    public void addToList(long head, long node) {
        insert(node, head, u32(head));
    }

    public void addToListTail(long head, long node) {
        insert(node, u32(head + 4), head);
    }

    private void insert(long node, long before, long behind) {
        setU32(node, behind);
        setU32(node + 4, before);
        setU32(before, node);
        setU32(behind + 4, node);
    }

    /** Takes {@code node} out; its own pointers become the kernel's poison (include/linux/poison.h). */
    public void removeFromList(long node) {
        long next = u32(node);
        long previous = u32(node + 4);
        setU32(previous, next);
        setU32(next + 4, previous);
        setU32(node, 0x00100100);
        setU32(node + 4, 0x00200200);
    }

    /**
     * The addresses of a list's nodes, front to back.
     *
     * @throws KernelPanic if it does not come back to its head
     */
    public List<Long> list(long head) {
        List<Long> nodes = new ArrayList<>();
        long limit = ram().size() / 8;
        for (long node = u32(head); node != head; node = u32(node)) {
            if (nodes.size() > limit || node < PAGE_OFFSET) {
                throw new KernelPanic(
                        "list at %08x is broken: node %08x behind %d others".formatted(head, node, nodes.size()));
            }
            nodes.add(node);
        }
        return nodes;
    }

    /** Whether an option was set when this kernel was built, as its text in memory says. */
    public boolean configured(String option) {
        return KernelConfig.of(this).contains("CONFIG_" + option + "=y");
    }

    /** The value of a parameter such as {@code root=} on the command line; the last one counts. */
    public Optional<String> parameter(String name) {
        String found = null;
        for (String word : commandLine().split(" ")) {
            if (word.startsWith(name + "=")) {
                found = word.substring(name.length() + 1);
            }
        }
        return Optional.ofNullable(found);
    }

    public String commandLine() {
        return string(profile.symbol("saved_command_line"), 2048);
    }
}
