package org.kjump.makedumpfile;

import java.util.Set;
import org.kjump.vmcore.MemoryImage;
import org.kjump.vmcore.arch.Translation;
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
            KernelMemory kernel = reader.kernel(image, input, Set.of());
            Messages messages = session.messages();
            messages.common("\nTranslating virtual address %x to physical address.".formatted(vaddr));
            Translation walk = kernel.translate(vaddr);
            walk.steps()
                    .forEach(step -> messages.common(
                            "  %-4s: %16x => %16x".formatted(step.level(), step.address(), step.entry())));
            messages.common("VIRTUAL           PHYSICAL");
            // An address that is not mapped is told as the C tool's all ones, which is UNMAPPED.
            messages.common("%16x  %x\n".formatted(vaddr, walk.paddr()));
        }
    }
}
