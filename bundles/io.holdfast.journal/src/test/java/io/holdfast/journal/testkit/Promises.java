package io.holdfast.journal.testkit;

import io.holdfast.base.ErrorCode;
import io.holdfast.base.HoldfastException;
import io.holdfast.base.Position;
import io.holdfast.base.stream.DiskDescription;
import io.holdfast.base.stream.StreamRecord;
import io.holdfast.journal.ChainDigest;
import io.holdfast.journal.HistoryHead;
import io.holdfast.journal.MachineHistory;
import io.holdfast.journal.MachineKeys;
import io.holdfast.journal.Pin;
import io.holdfast.journal.PointImage;
import io.holdfast.journal.PointInterval;
import io.holdfast.journal.Points;
import io.holdfast.journal.RecoveryPoint;
import io.holdfast.journal.RetentionPolicy;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import java.util.TreeSet;

/** What one machine offered to a store, and what the store has promised about it; holds the store to that, whatever happened to it. */
final class Promises {

    private final Random random;
    private final StreamModel model = new StreamModel();
    private State state = new State(0, new TreeMap<>(), Either.of(List.of()), Either.of(RetentionPolicy.EVERYTHING));
    private TreeSet<Long> retired = new TreeSet<>();

    /**
     * What holds now, and what holds once a change under way has come to pass.
     *
     * @param before what was answered last
     * @param after the same, or what was asked for and not answered yet
     */
    record Either<T>(T before, T after) {

        static <T> Either<T> of(T value) {
            return new Either<>(value, value);
        }

        void require(String what, T found) {
            if (!found.equals(before) && !found.equals(after)) {
                throw new AssertionError(what + " are " + found + "; expected " + before + " or " + after);
            }
        }
    }

    private record State(
            long acknowledgedBlock,
            TreeMap<Long, ChainDigest> chains,
            Either<List<Position>> pins,
            Either<RetentionPolicy> policy) {}

    /** All of it at a moment, to judge several outcomes of one crash. */
    static final class Mark {

        private final List<StreamModel.Block> blocks;
        private final State state;
        private final TreeSet<Long> retired;

        private Mark(List<StreamModel.Block> blocks, State state, TreeSet<Long> retired) {
            this.blocks = blocks;
            this.state = state;
            this.retired = retired;
        }
    }

    Promises(Random random) {
        this.random = random;
    }

    StreamModel model() {
        return model;
    }

    Mark mark() {
        State now = new State(state.acknowledgedBlock, new TreeMap<>(state.chains), state.pins, state.policy);
        return new Mark(model.blocks(), now, new TreeSet<>(retired));
    }

    void rewind(Mark mark) {
        model.restore(mark.blocks);
        state = new State(
                mark.state.acknowledgedBlock, new TreeMap<>(mark.state.chains), mark.state.pins, mark.state.policy);
        retired = new TreeSet<>(mark.retired);
    }

    void forget() {
        model.cutTo(0);
        state = new State(0, new TreeMap<>(), Either.of(List.of()), Either.of(RetentionPolicy.EVERYTHING));
        retired.clear();
    }

    // ---- what is promised

    long acknowledgedBlock() {
        return state.acknowledgedBlock;
    }

    void acknowledged(long blockNumber) {
        Expect.between("newest block, which never goes back,", blockNumber, state.acknowledgedBlock, Long.MAX_VALUE);
        state = new State(blockNumber, state.chains, state.pins, state.policy);
    }

    void offered(long blockNumber, ChainDigest chain) {
        state.chains.put(blockNumber, chain);
    }

    /** Forgets what was offered behind a block. */
    void cutTo(long lastBlock) {
        model.cutTo(lastBlock);
        state.chains.tailMap(lastBlock, false).clear();
    }

    List<Position> pins() {
        return state.pins.before;
    }

    /** Another list of pins is asked for; {@link #answered} when it has come to pass. */
    void asked(List<Position> pins) {
        Either<List<Position>> change = new Either<>(state.pins.before, List.copyOf(pins));
        state = new State(state.acknowledgedBlock, state.chains, change, state.policy);
    }

    void asked(RetentionPolicy policy) {
        Either<RetentionPolicy> change = new Either<>(state.policy.before, policy);
        state = new State(state.acknowledgedBlock, state.chains, state.pins, change);
    }

    void answered() {
        state = new State(
                state.acknowledgedBlock, state.chains, Either.of(state.pins.after), Either.of(state.policy.after));
    }

    /** What was asked for last was refused. */
    void refused() {
        state = new State(
                state.acknowledgedBlock, state.chains, Either.of(state.pins.before), Either.of(state.policy.before));
    }

    // ---- whether it is kept

    /** After a start: what was acknowledged is there, what is there was offered, and from now on what was found counts. */
    void checkRecovered(MachineHistory history, MachineKeys keys) {
        HistoryHead head = history.head();
        Expect.between("newest block after recovery", head.blockNumber(), state.acknowledgedBlock, model.lastBlock());
        cutTo(head.blockNumber());
        Expect.equal("head after recovery", head.position(), model.head());
        ChainDigest offered = state.chains.get(head.blockNumber());
        if (offered != null) {
            Expect.equal("chain after recovery", head.chain(), offered);
        }
        List<Position> pinned = history.pins().stream().map(Pin::position).toList();
        state.pins.require("pins", pinned);
        state.policy.require("policies", history.retention());
        state = new State(head.blockNumber(), state.chains, Either.of(pinned), Either.of(history.retention()));
        checkHead(history, keys);
        checkPoints(history);
    }

    /** The head's image, disks and points are the model's. */
    void checkHead(MachineHistory history, MachineKeys keys) {
        TreeMap<Long, Long> proven = model.proven();
        long newest = model.upTo(model.head()).stream()
                .mapToLong(StreamRecord::sequence)
                .filter(proven::containsKey)
                .max()
                .orElse(0);
        Expect.equal("newest proven sequence", history.head().provenSequence(), newest);
        history.points().latest().map(RecoveryPoint::position).ifPresent(head -> checkImage(history, head, keys));
    }

    /** The points listed are exactly those proven, but for what was retired; that never comes back, and never takes what has to be kept. */
    void checkPoints(MachineHistory history) {
        TreeSet<Long> listed = new TreeSet<>();
        for (PointInterval interval : history.points().intervals(Long.MIN_VALUE, Long.MAX_VALUE, Points.COUNT_MAX)) {
            for (long at = interval.first().sequence(); at <= interval.last().sequence(); at++) {
                Expect.that(listed.add(at), "point " + at + " is listed once");
            }
        }
        TreeSet<Long> missing = new TreeSet<>(model.proven().keySet());
        Expect.that(missing.containsAll(listed), "points among " + missing + ", not " + listed);
        missing.removeAll(listed);
        TreeSet<Long> back = new TreeSet<>(retired);
        back.retainAll(listed);
        Expect.equal("retired points that came back", back, new TreeSet<Long>());
        boolean everything = state.policy.before.equals(RetentionPolicy.EVERYTHING)
                && state.policy.after.equals(RetentionPolicy.EVERYTHING);
        if (everything) {
            Expect.that(retired.containsAll(missing), "every point is listed, not all but " + missing);
        }
        for (Position pinned : state.pins.before) {
            Expect.that(!missing.contains(pinned.sequence()), "pinned point " + pinned + " is listed");
        }
        history.points()
                .latestProven()
                .map(point -> point.position().sequence())
                .ifPresent(newest -> Expect.that(listed.contains(newest), "the newest point " + newest + " is listed"));
        retired = missing;
    }

    /** Compares a random position of any branch, of the blocks up to one. */
    void checkRandomPoint(MachineHistory history, long lastBlock, MachineKeys keys) {
        TreeMap<Long, Long> known = model.sequencesUpTo(lastBlock);
        if (known.isEmpty()) {
            return;
        }
        long chosen = 1 + random.nextLong(known.lastKey());
        try {
            boolean proven = history.points().at(chosen).proven();
            if (lastBlock >= model.lastBlock()) {
                Expect.equal(
                        "sequence " + chosen + " is a point",
                        proven,
                        model.proven().containsKey(chosen));
            }
            checkImage(history, new Position(known.getOrDefault(chosen, 0L), chosen), keys);
        } catch (HoldfastException e) {
            boolean mayBeRetired = e.code() == ErrorCode.POINT_OLDER_THAN_HISTORY
                    && !history.retention().equals(RetentionPolicy.EVERYTHING)
                    && state.pins.before.stream().noneMatch(pinned -> pinned.sequence() == chosen);
            if (!mayBeRetired) {
                throw e;
            }
        }
    }

    void checkImage(MachineHistory history, Position position, MachineKeys keys) {
        try (PointImage image = history.openUnproven(position, keys)) {
            checkImage(image, position);
        }
    }

    /** Compares all disks of an open image of a position, byte by byte. */
    void checkImage(PointImage image, Position position) {
        Map<Integer, byte[]> expected = model.imageAt(position);
        Expect.equal("disks at " + position, image.disks(), model.disksAt(position));
        for (DiskDescription disk : image.disks().disks()) {
            byte[] bytes = expected.getOrDefault(disk.number(), new byte[0]);
            byte[] found = new byte[(int) disk.sizeBytes()];
            int at = 0;
            while (at < found.length) {
                int length = Math.min(found.length - at, 1 + random.nextInt(300_000));
                image.read(disk.number(), at, ByteBuffer.wrap(found, at, length));
                at += length;
            }
            Expect.equal(
                    "first difference of disk " + disk.number() + " at " + position, Arrays.mismatch(found, bytes), -1);
        }
    }
}
