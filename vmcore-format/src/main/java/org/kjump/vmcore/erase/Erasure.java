package org.kjump.vmcore.erase;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.Optional;
import java.util.TreeMap;
import org.kjump.vmcore.MemoryImage;
import org.kjump.vmcore.PageState;
import org.kjump.vmcore.VmcoreException;
import org.kjump.vmcore.debug.Vmlinux;
import org.kjump.vmcore.debug.type.Type;
import org.kjump.vmcore.erase.Command.Amount;
import org.kjump.vmcore.kernel.KernelMemory;

/**
 * What of a dump is erased: stretches of physical memory, and the text that tells readers of it (ERASEINFO). Not thread-safe while it
 * is made; afterwards it does not change.
 */
public final class Erasure {
    private static final byte ERASED = 'X';
    private static final int STRING_MAX = 1024;
    /** Not more than so many pieces of pages. */
    private static final int PATCHES_MAX = 1 << 20;

    /**
     * Bytes of a page that are overwritten.
     *
     * @param offset in the page
     */
    record Patch(int offset, int length, byte value) {}

    private final KernelMemory kernel;
    private final Located.Finder finder;
    private final Elements elements;
    private final StringBuilder text = new StringBuilder();
    private final List<String> messages = new ArrayList<>();
    private final NavigableMap<Long, List<Patch>> patches = new TreeMap<>();
    private int count;

    Erasure(KernelMemory kernel, Vmlinux vmlinux) {
        this.kernel = kernel;
        this.finder = new Located.Finder(kernel, vmlinux);
        this.elements = new Elements(finder);
    }

    /** The same memory with what is erased overwritten. Closing it closes {@code image}. */
    public MemoryImage applyTo(MemoryImage image) {
        return new ErasedImage(image, patches);
    }

    /** What ERASEINFO of the output says: a line for each object, {@code erase EXPRESSION size BYTES} or {@code erase … nullify}. */
    public String text() {
        return text.toString();
    }

    /** Commands that were not carried out or not in full, and why, a line each. */
    public List<String> messages() {
        return List.copyOf(messages);
    }

    void message(String line) {
        messages.add(line);
    }

    void carryOut(Command command) {
        try {
            if (command instanceof Command.Erase erase) {
                erase(erase, Map.of());
            } else if (command instanceof Command.Loop loop) {
                for (Located element : elements.of(loop)) {
                    for (Command.Erase erase : loop.body()) {
                        erase(erase, Map.of(loop.variable(), element));
                    }
                }
            }
        } catch (ConfigException e) {
            messages.add(e.getMessage());
        } catch (VmcoreException e) {
            messages.add("Config error at %d: %s".formatted(command.line(), e.getMessage()));
        }
    }

    private void erase(Command.Erase command, Map<String, Located> variables) throws ConfigException {
        Optional<Located> object = finder.find(command.path(), variables, command.line());
        if (object.isEmpty()) {
            return;
        }
        if (command.amount() instanceof Amount.Nullify) {
            if (!(object.get().type() instanceof Type.Pointer pointer)) {
                throw new ConfigException(command.line(), "'%s' is no pointer.".formatted(command.path()));
            }
            patch(object.get().address(), pointer.size(), (byte) 0);
            text.append("erase ").append(command.path()).append(" nullify\n");
            return;
        }
        boolean isPointer = object.get().type() instanceof Type.Pointer;
        Optional<Located> target = finder.followed(object.get());
        if (target.isEmpty()) {
            return;
        }
        long size = size(command, variables, target.get(), isPointer);
        if (size > 0) {
            patch(target.get().address(), size, ERASED);
            text.append("erase %s size %d\n".formatted(command.path(), size));
        }
    }

    /** How many bytes: what is asked for, and not more than the object has where its type tells. */
    private long size(Command.Erase command, Map<String, Located> variables, Located target, boolean isPointer)
            throws ConfigException {
        // A pointer to a character or to void leads to any number of them.
        boolean isOpen = isPointer && !(target.type() instanceof Type.Struct || target.type() instanceof Type.Array);
        boolean isString =
                isOpen && target.type() instanceof Type.Scalar scalar && scalar.kind() == Type.Kind.CHARACTER;
        long asked;
        if (command.amount() instanceof Amount.Bytes bytes) {
            asked = bytes.count();
        } else if (command.amount() instanceof Amount.Variable variable) {
            asked = integer(variable.path(), variables, command.line());
        } else {
            return isString ? stringLength(target.address()) : target.type().size();
        }
        if (isOpen || asked <= target.type().size()) {
            return asked;
        }
        messages.add("Config: line %d: '%s' has %d bytes: not %d, but these are erased"
                .formatted(command.line(), command.path(), target.type().size(), asked));
        return target.type().size();
    }

    private long integer(Command.Path path, Map<String, Located> variables, int line) throws ConfigException {
        Optional<Located> found = finder.find(path, variables, line);
        boolean isInteger = found.isPresent()
                && found.get().type() instanceof Type.Scalar scalar
                && scalar.kind() == Type.Kind.INTEGER
                && Long.bitCount(scalar.size()) == 1
                && scalar.size() <= 8;
        if (!isInteger) {
            throw new ConfigException(line, "'%s' is no integer.".formatted(path));
        }
        long bits = 8 * found.get().type().size();
        long value = kernel.unsigned(found.get().address(), (int) bits / 8) << 64 - bits >> 64 - bits;
        if (value < 0) {
            throw new ConfigException(line, "'%s' is %d, which is no size.".formatted(path, value));
        }
        return value;
    }

    private long stringLength(long address) {
        int length = 0;
        while (length < STRING_MAX && kernel.unsigned(address + length, 1) != 0) {
            length++;
        }
        return length;
    }

    private void patch(long address, long size, byte value) {
        int pageSize = kernel.image().target().pageSize();
        for (long at = address; at < address + size; ) {
            long paddr = kernel.paddr(at);
            int offset = (int) paddr & pageSize - 1;
            int length = (int) Math.min(pageSize - offset, address + size - at);
            PageState state = kernel.image().state(paddr / pageSize);
            if (state != PageState.PRESENT && state != PageState.ZERO) {
                throw new VmcoreException("%s: page frame 0x%x is not in the dump"
                        .formatted(kernel.image().name(), paddr / pageSize));
            }
            if (++count > PATCHES_MAX) {
                throw new VmcoreException("more than %d pieces of pages to erase".formatted(PATCHES_MAX));
            }
            patches.computeIfAbsent(paddr / pageSize, pfn -> new ArrayList<>()).add(new Patch(offset, length, value));
            at += length;
        }
    }
}
