package io.holdfast.demo;

import io.holdfast.harness.DemoFigures;
import io.holdfast.harness.GuestImages;
import io.holdfast.harness.appliance.Api;
import io.holdfast.harness.stage.RunKind;
import io.holdfast.harness.stage.Stage;
import java.nio.file.Path;
import java.util.List;

/** {@code ./holdfast demo}. Ends with 0 when no acknowledged transaction was lost or torn where none may be. */
public final class Main {

    private Main() {}

    /**
     * Runs the demonstration.
     *
     * @param arguments see {@code --help}
     * @throws Exception when something does not come about
     */
    public static void main(String[] arguments) throws Exception {
        if (List.of(arguments).contains("--help")) {
            System.out.println(Options.HELP);
            return;
        }
        Options options;
        try {
            options = Options.parse(arguments);
        } catch (IllegalArgumentException e) {
            System.err.println("holdfast demo: " + e.getMessage());
            System.exit(2);
            return;
        }
        long begun = System.nanoTime();
        Path product = Path.of(System.getProperty("holdfast.product"));
        System.out.println("Building the guest ...");
        GuestImages images = GuestImages.ofRepository();
        DemoFigures figures = new DemoFigures();
        for (int run = 0; run < options.runs().size(); run++) {
            play(options, options.runs().get(run), run + 1 == options.runs().size(), product, images, figures);
        }
        System.out.println();
        figures.print(System.out);
        if (options.json().isPresent()) {
            figures.write(options.json().get());
        }
        boolean good = figures.points().stream().allMatch(Main::isGood);
        System.out.printf(
                "%n%s after %d s.%n",
                good ? "All points were brought back" : "NOT all points were brought back as they should",
                (System.nanoTime() - begun) / 1_000_000_000L);
        System.exit(good ? 0 : 1);
    }

    private static void play(
            Options options, RunKind kind, boolean last, Path product, GuestImages images, DemoFigures figures)
            throws Exception {
        System.out.println("[" + kind.word() + "] starting the appliance and the guest");
        Stage stage = Stage.open(kind, product, images);
        try {
            new Scenario(kind, stage, figures).play();
            if (last && options.keep()) {
                System.out.println("Kept. " + stage.whereabouts());
                System.out.println("Sign in as admin with the password '" + Api.PASSWORD
                        + "'. To end both: kill the process above and those that name the folder.");
                stage.leave();
                return;
            }
        } catch (Exception | AssertionError e) {
            System.out.println("[" + kind.word() + "] failed; logs are in " + stage.whereabouts());
            stage.close();
            throw e;
        }
        stage.close();
    }

    /** Nothing may be torn; only the latest point of a destroyed site may lack what had not left it yet. */
    private static boolean isGood(DemoFigures.Point point) {
        boolean mayLack = point.run().equals(RunKind.SITE.word()) && point.rpoMillis() > 0;
        return point.tornTransactions() == 0 && (point.lostTransactions() == 0 || mayLack);
    }
}
