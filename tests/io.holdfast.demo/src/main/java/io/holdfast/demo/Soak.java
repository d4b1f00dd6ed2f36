package io.holdfast.demo;

import io.holdfast.demo.soak.SoakFigures;
import io.holdfast.demo.soak.SoakRun;
import io.holdfast.harness.GuestImages;
import java.nio.file.Path;
import java.util.List;
import java.util.Random;

/** {@code ./holdfast soak}. Ends with 0 when everything held that the run claims. */
public final class Soak {

    private Soak() {}

    /**
     * Runs one soak.
     *
     * @param arguments see {@code --help}
     * @throws Exception when something does not come about
     */
    public static void main(String[] arguments) throws Exception {
        if (List.of(arguments).contains("--help")) {
            System.out.println(SoakOptions.HELP);
            return;
        }
        SoakOptions options;
        try {
            options = SoakOptions.parse(arguments);
        } catch (IllegalArgumentException e) {
            System.err.println("holdfast soak: " + e.getMessage());
            System.exit(2);
            return;
        }
        long begun = System.nanoTime();
        SoakRun run = options.name().run();
        SoakFigures figures = new SoakFigures(options.name().word(), options.seed());
        System.out.println("Building the guest ... (seed " + options.seed() + ")");
        SoakRun.Setting setting = new SoakRun.Setting(
                Path.of(System.getProperty("holdfast.product")),
                GuestImages.ofRepository(),
                options.count(),
                new Random(options.seed()));
        try {
            run.play(setting, figures);
        } finally {
            System.out.println();
            figures.print(System.out);
            if (options.json().isPresent()) {
                figures.write(options.json().get());
            }
        }
        System.out.printf(
                "%n%s after %d s.%n",
                figures.held() ? "All of it held" : "NOT all of it held", (System.nanoTime() - begun) / 1_000_000_000L);
        System.exit(figures.held() ? 0 : 1);
    }
}
