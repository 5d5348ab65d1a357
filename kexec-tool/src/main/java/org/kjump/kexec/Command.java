package org.kjump.kexec;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * What a command line asks for.
 *
 * @param machine {@code --machine}
 * @param actions in the order in which the C tool (kexec-tools 2.0.32) acts, whatever the order of the options; each is done only if
 *     those before it went well
 */
record Command(Optional<String> machine, Verbosity verbosity, List<Action> actions) {
    enum Verbosity {
        QUIET,
        /** {@code -d} */
        DEBUG
    }

    /** @throws UsageException if it makes no sense */
    static Command of(List<String> arguments) {
        Getopt line = Getopt.scan(arguments);
        Settings settings = new Settings();
        for (Getopt.Given given : line.given()) {
            switch (given.option()) {
                case HELP -> {
                    return alone(new Action.Help(0));
                }
                case QUESTION -> {
                    return alone(new Action.Help(1));
                }
                case VERSION -> {
                    return alone(new Action.Version());
                }
                default -> settings.take(given.option(), given.argument());
            }
        }
        line.problem().ifPresent(problem -> {
            throw new UsageException(1, "kexec: " + problem);
        });
        return new Command(settings.machine(), settings.verbosity(), actions(settings, line.operands()));
    }

    private static Command alone(Action action) {
        return new Command(Optional.empty(), Verbosity.QUIET, List.of(action));
    }

    private static List<Action> actions(Settings settings, List<String> operands) {
        if (settings.crashRegionSizeOnly()) {
            return List.of(new Action.PrintCrashRegionSize());
        }
        List<Action> actions = new ArrayList<>();
        if (settings.reuseInitrd()) {
            actions.add(new Action.ReuseInitrd());
        }
        if (settings.slot() == Slot.CRASH) {
            actions.add(new Action.RequireCrashRegion());
        }
        if (settings.status()) {
            actions.add(new Action.Status(settings.statusSlots()));
            return List.copyOf(actions);
        }
        settings.requireConsistency();
        if (settings.wants(Step.UNLOAD)) {
            actions.add(new Action.Unload(settings.slot()));
        }
        if (settings.wants(Step.LOAD)) {
            actions.add(new Action.Load(settings.loadRequest(operands)));
        }
        if (settings.wants(Step.SHUTDOWN) || settings.wants(Step.EXEC)) {
            actions.add(new Action.RequireLoaded());
        }
        if (settings.wants(Step.SHUTDOWN)) {
            actions.add(new Action.Shutdown());
        }
        if (settings.wants(Step.SYNC)) {
            actions.add(new Action.Sync());
        }
        if (settings.wants(Step.EXEC)) {
            actions.add(new Action.Exec());
        }
        if (settings.wants(Step.JUMP_BACK_IMAGE)) {
            actions.add(new Action.LoadJumpBackImage(settings.entry()));
        }
        return List.copyOf(actions);
    }
}
