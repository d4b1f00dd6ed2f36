package io.holdfast.demo.soak;

import io.holdfast.harness.GuestImages;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Random;

/** One kind of long run. */
public interface SoakRun {

    /**
     * With what it runs.
     *
     * @param product the built product
     * @param images the guest's
     * @param count how often
     * @param random the source of its moments
     */
    record Setting(Path product, GuestImages images, int count, Random random) {}

    /**
     * Runs to the end.
     *
     * @param setting with what
     * @param figures takes a row for each time, and what did not hold
     */
    void play(Setting setting, SoakFigures figures) throws IOException, InterruptedException;
}
