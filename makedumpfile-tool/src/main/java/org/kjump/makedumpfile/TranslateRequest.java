package org.kjump.makedumpfile;

import org.kjump.vmcore.MemoryImage;
import org.kjump.vmcore.arch.AddressSpace;
import org.kjump.vmcore.kernel.KernelMemory;

/** {@code --vtop}: walks the dumped kernel's page tables. */
record TranslateRequest(DumpInput input, long vaddr) implements Request {
    @Override
    public String target() {
        return "translation";
    }

    @Override
    public void run(Session session) {
        DumpReader reader = new DumpReader(session);
        try (MemoryImage image = reader.open(input)) {
            KernelMemory kernel = reader.kernel(image, input);
            Messages messages = session.messages();
            messages.common("\nTranslating virtual address %x to physical address.".formatted(vaddr));
            long paddr = AddressSpace.of(image, kernel.info()).paddr(vaddr);
            // An address that is not mapped is told as the C tool's all ones, which is UNMAPPED.
            messages.common("VIRTUAL           PHYSICAL");
            messages.common("%16x  %x\n".formatted(vaddr, paddr));
        }
    }
}
