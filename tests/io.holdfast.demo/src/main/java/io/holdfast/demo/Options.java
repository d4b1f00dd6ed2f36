package io.holdfast.demo;

import io.holdfast.harness.stage.RunKind;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * What the command line asks for.
 *
 * @param runs which runs, in order
 * @param json where the figures go as JSON
 * @param keep whether the last appliance and its replica stay
 */
record Options(List<RunKind> runs, Optional<Path> json, boolean keep) {

    static final String HELP = """
            Usage: ./holdfast demo [--run machine|site]... [--json FILE] [--keep]

            Builds Holdfast and a small guest, protects the guest while it writes, destroys it and brings it back from its
            last write and from two earlier ones; each replica is checked from inside.

              --run machine   only: all roles in one process, QEMU alone is killed
              --run site      only: the agent in a process of its own; QEMU, agent and guard are killed in one instant
              --json FILE     also write the figures as JSON (docs/operating/figures.md)
              --keep          leave the last appliance and its replica running""";

    Options {
        runs = List.copyOf(runs);
    }

    static Options parse(String[] arguments) {
        List<RunKind> runs = new ArrayList<>();
        Optional<Path> json = Optional.empty();
        boolean keep = false;
        for (int i = 0; i < arguments.length; i++) {
            switch (arguments[i]) {
                case "--run" -> runs.add(RunKind.parse(value(arguments, i++)));
                case "--json" -> json = Optional.of(Path.of(value(arguments, i++)));
                case "--keep" -> keep = true;
                default -> throw new IllegalArgumentException("unknown option '" + arguments[i] + "'; see --help");
            }
        }
        return new Options(runs.isEmpty() ? List.of(RunKind.MACHINE, RunKind.SITE) : runs, json, keep);
    }

    private static String value(String[] arguments, int at) {
        if (at + 1 >= arguments.length) {
            throw new IllegalArgumentException(arguments[at] + " needs a value; see --help");
        }
        return arguments[at + 1];
    }
}
