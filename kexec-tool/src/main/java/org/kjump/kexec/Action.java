package org.kjump.kexec;

import java.util.List;
import java.util.OptionalLong;

/** One thing that the command does. */
sealed interface Action {
    /** Usage on standard output. */
    record Help(int status) implements Action {}

    record Version() implements Action {}

    record PrintCrashRegionSize() implements Action {}

    /** Says that an initrd cannot be used again. */
    record ReuseInitrd() implements Action {}

    /** Ends the command if the kernel has kept no memory for a crash kernel. */
    record RequireCrashRegion() implements Action {}

    /** Exit status 1 if one of the slots has an image. */
    record Status(List<Slot> slots) implements Action {}

    record Unload(Slot slot) implements Action {}

    record Load(LoadRequest request) implements Action {}

    /** Ends the command if no image is loaded. */
    record RequireLoaded() implements Action {}

    /** {@code shutdown -r now}, which then calls {@code kexec -e}. */
    record Shutdown() implements Action {}

    record Sync() implements Action {}

    record Exec() implements Action {}

    /** @param entry of the kernel that jumped here */
    record LoadJumpBackImage(OptionalLong entry) implements Action {}
}
