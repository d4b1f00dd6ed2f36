package io.holdfast.journal.internal.merge;

import io.holdfast.base.MachineId;
import io.holdfast.journal.ChainDigest;
import io.holdfast.journal.file.StoreFile;
import io.holdfast.journal.internal.format.DamagedException;
import io.holdfast.journal.internal.format.Extent;
import io.holdfast.journal.internal.format.RunEntry;
import io.holdfast.journal.internal.read.MemoryRun;
import io.holdfast.journal.internal.read.Pieces;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Merges runs into one that keeps what is newest of each range. Goes through all of them MiB by MiB, in bounded steps; in memory are 64 KiB of each
 * run and what one MiB holds. Narrow entries first: a wide entry hides what is older in the MiB that it covers. Then the wide entries.
 */
public final class RunMerger {

    /** Bits of a key below disk and MiB. */
    private static final int UNIT_SHIFT = 28;

    private final List<Layer> layers = new ArrayList<>();
    private final RunWriter writer;
    private final Pieces pieces = new Pieces();
    private @Nullable WideMerger wides;
    private long taken;

    /** One run of those that are merged. */
    private static final class Layer {

        private final RunInput input;
        private final RunInput.Narrow narrow;
        private final WideRanges hiding;
        private long unit;

        Layer(RunInput input) throws IOException, DamagedException {
            this.input = input;
            this.narrow = input.narrow();
            this.hiding = new WideRanges(input.wide());
            advance();
        }

        void advance() throws IOException, DamagedException {
            unit = narrow.next() ? narrow.key() >>> UNIT_SHIFT : Long.MAX_VALUE;
        }
    }

    /**
     * Starts a merge.
     *
     * @param inputs newest first
     * @param draft an empty file
     * @throws IOException when the medium fails
     * @throws DamagedException when a run is damaged
     */
    public RunMerger(List<RunInput> inputs, StoreFile draft) throws IOException, DamagedException {
        for (RunInput input : inputs) {
            layers.add(new Layer(input));
        }
        writer = new RunWriter(draft);
    }

    /**
     * Does a step.
     *
     * @param entriesMost goes on until so many entries were taken in; the MiB at hand is ended
     * @return true when all entries are written; then {@link #end} follows
     * @throws IOException when the medium fails
     * @throws DamagedException when a run is damaged
     */
    public boolean step(long entriesMost) throws IOException, DamagedException {
        WideMerger merger = wides;
        if (merger != null) {
            return merger.step(entriesMost);
        }
        long until = taken + entriesMost;
        while (taken < until) {
            long unit = lowestUnit();
            if (unit == Long.MAX_VALUE) {
                beginWides();
                return false;
            }
            mergeUnit(unit);
        }
        return false;
    }

    private long lowestUnit() {
        long lowest = Long.MAX_VALUE;
        for (Layer layer : layers) {
            lowest = Math.min(lowest, layer.unit);
        }
        return lowest;
    }

    private void mergeUnit(long unit) throws IOException, DamagedException {
        pieces.clear();
        boolean hidden = false;
        for (Layer layer : layers) {
            while (layer.unit == unit) {
                if (!hidden) {
                    MemoryRun.paintEntry(layer.narrow.key(), layer.narrow.location(), layer.narrow.segment(), pieces);
                }
                taken++;
                layer.advance();
            }
            hidden |= layer.hiding.covers(unit);
        }
        long start = unit << UNIT_SHIFT;
        pieces.join(RunEntry.disk(start), RunEntry.offset(start) / Extent.BORDER_BYTES, writer::add);
    }

    private void beginWides() throws IOException, DamagedException {
        List<WideRanges> ranges = new ArrayList<>();
        for (Layer layer : layers) {
            ranges.add(new WideRanges(layer.input.wide()));
        }
        writer.beginWide();
        wides = new WideMerger(ranges, writer);
    }

    /**
     * Ends the run. It is written, not forced.
     *
     * @param machine whose history
     * @param first the first segment that was taken in; 0 for all that the last one lies upon
     * @param last the last one
     * @param chain digest of that one's last block
     * @param keyIds data keys of the batches
     * @return bytes of the file
     * @throws IOException when the medium fails
     */
    public long end(MachineId machine, long first, long last, ChainDigest chain, Set<Long> keyIds) throws IOException {
        return writer.end(machine, first, last, chain, keyIds);
    }
}
