package io.holdfast.journal.testkit;

import io.holdfast.base.Position;
import io.holdfast.journal.Anchor;
import io.holdfast.journal.Pin;
import io.holdfast.journal.ResidentKeys;
import io.holdfast.journal.VerifyFinding;
import io.holdfast.journal.VerifyReport;
import io.holdfast.journal.file.OpenMode;
import io.holdfast.journal.file.StoreFile;
import io.holdfast.journal.internal.ledger.LedgerEntryCodec;
import io.holdfast.journal.internal.ledger.LedgerRecord;
import io.holdfast.journal.internal.ledger.LedgerScan;
import io.holdfast.journal.internal.ledger.MerkleFrontier;
import io.holdfast.journal.internal.ledger.MerkleTree;
import io.holdfast.journal.testkit.ThinnedStore.Content;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import java.util.regex.Pattern;

/**
 * A small store whose anchor is taken before anything of it is thinned, and which is held to that anchor after each segment that thinning rewrites. Then
 * one object of it is altered at a time, by somebody who has all tools and, for the last one, the signing key.
 */
public final class AnchoredThinning {

    private static final String FOLDER = "machines/" + HandMade.MACHINE + ".1/";
    private static final int OVERWRITES = 10;
    private static final int PINS_EACH = 160;

    private final long seed;
    private final Random random;
    private final ThinnedStore store;
    private final SimulatedFiles unthinned;
    private final Anchor anchor;
    private final Set<String> rewritten = new HashSet<>();
    private long bytesBefore;
    private long bytesAfter;

    /** What is done to one object. */
    public enum Alteration {
        /** A segment is deleted. */
        DELETED,
        /** Two segments are exchanged. */
        SWAPPED,
        /** A rewritten segment is what it was before. */
        ROLLED_BACK,
        /** An entry of the ledger is another one, and everything is signed again with the store's own key. */
        SIGNED_AGAIN
    }

    /**
     * Fills a store.
     *
     * @param seed makes all of it
     * @param resident whether the store has the keys, and codes old history anew
     */
    public AnchoredThinning(long seed, boolean resident) {
        this.seed = seed;
        random = new Random(seed);
        ResidentKeys keys = resident ? _ -> Optional.of(HandMade.KEYS) : ResidentKeys.NONE;
        store = new ThinnedStore(seed, Content.TEXT, keys).overwrite(OVERWRITES).codeAfterAnHour();
        for (long sequence = PINS_EACH; sequence < store.sequence(); sequence += PINS_EACH) {
            store.history().pin(new Position(1, sequence), "for a while");
        }
        unthinned = store.files().snapshot();
        anchor = store.store().anchor(Optional.empty());
        bytesBefore = store.segmentBytes();
    }

    /** How many segments were rewritten, each time with the store proved against the anchor after it. */
    public long compactions() {
        return rewritten.size();
    }

    public long bytesBefore() {
        return bytesBefore;
    }

    public long bytesAfter() {
        return bytesAfter;
    }

    /** How much processor time the store has taken for it. */
    public long workNanos() {
        return store.workNanos();
    }

    /**
     * Thins in two rounds: the points between the pins first, the pins then.
     *
     * @throws AssertionError when the store is not what the anchor has seen; it names the seed
     */
    public void thin() {
        store.keepAnHour().pass(7, this::prove);
        for (Pin pin : List.copyOf(store.history().pins())) {
            if (pin.id() % 2 == 0) {
                store.history().unpin(pin.id());
            }
        }
        store.pass(7, this::prove);
        bytesAfter = store.segmentBytes();
        store.close();
        requireIntact(store.files());
    }

    private void prove() {
        boolean more = false;
        for (String path : store.files().paths()) {
            more |= path.matches(".*\\.[1-9][0-9]*\\.seg") && rewritten.add(path);
        }
        if (more) {
            requireIntact(store.files().snapshot());
        }
    }

    private void requireIntact(SimulatedFiles medium) {
        VerifyReport report = store.verify(medium, anchor);
        Expect.that(
                report.intact(),
                "seed " + seed + ", after " + rewritten.size()
                        + " compactions, the store is what the anchor has seen, found " + report.firstDamage());
    }

    /**
     * Alters one object of a copy of the store.
     *
     * @param how which way
     * @return what a verification with the anchor says of the object; nothing when it says nothing
     */
    public Optional<VerifyFinding> alter(Alteration how) {
        SimulatedFiles medium = store.files().snapshot();
        Pattern object = switch (how) {
            case DELETED -> delete(medium);
            case SWAPPED -> swap(medium);
            case ROLLED_BACK -> rollBack(medium);
            case SIGNED_AGAIN -> signAgain(medium);
        };
        return store.verify(medium, anchor).findings().stream()
                .filter(found -> found.kind() == VerifyFinding.Kind.DAMAGE)
                .filter(found ->
                        object.matcher(found.file() + " " + found.detail()).find())
                .findFirst();
    }

    private static List<String> sealed(SimulatedFiles medium) {
        return medium.paths().stream().filter(path -> path.endsWith(".seg")).toList();
    }

    private static long number(String path) {
        return Long.parseLong(path.substring(FOLDER.length(), FOLDER.length() + 10));
    }

    private Pattern delete(SimulatedFiles medium) {
        String path = any(sealed(medium));
        medium.remove(path);
        return Pattern.compile("segment " + number(path) + "\\b");
    }

    private String any(List<String> paths) {
        return paths.get(random.nextInt(paths.size()));
    }

    private Pattern swap(SimulatedFiles medium) {
        List<String> paths = sealed(medium);
        String path = any(paths);
        String other = any(paths.stream().filter(each -> !each.equals(path)).toList());
        byte[] content = medium.content(path);
        medium.replace(path, medium.content(other));
        medium.replace(other, content);
        return Pattern.compile(Pattern.quote(path));
    }

    private Pattern rollBack(SimulatedFiles medium) {
        String path = any(sealed(medium).stream().filter(rewritten::contains).toList());
        String before = path.replaceAll("\\.[0-9]+\\.seg$", ".seg");
        medium.remove(path);
        medium.replace(before, unthinned.content(before));
        return Pattern.compile(Pattern.quote(before));
    }

    /** Whoever has the signing key writes a ledger that is right in itself. Only the anchor tells. */
    private Pattern signAgain(SimulatedFiles medium) {
        String path = FOLDER + "ledger";
        ByteArrayOutputStream altered = new ByteArrayOutputStream();
        MerkleFrontier tree = new MerkleFrontier();
        long chosen = random.nextLong(anchor.heads().getFirst().entries());
        try (StoreFile file = medium.open(path, OpenMode.READ)) {
            new LedgerScan(file, anchor.storeId(), HandMade.MACHINE, 1, LedgerScan.Signatures.ALL)
                    .run((index, entry, utcMillis, _) -> altered.writeBytes(
                            record(tree, LedgerEntryCodec.encode(entry, utcMillis + (index == chosen ? 1 : 0)))));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        medium.replace(path, altered.toByteArray());
        Expect.that(store.verify(medium).intact(), "seed " + seed + ": without the anchor nothing tells");
        return Pattern.compile("do not make the tree that the anchor has seen");
    }

    private byte[] record(MerkleFrontier tree, byte[] leaf) {
        tree.add(MerkleTree.leaf(leaf));
        byte[] statement = LedgerRecord.statement(anchor.storeId(), HandMade.MACHINE, 1, tree.size(), tree.root());
        return new LedgerRecord(tree.size() - 1, tree.root(), store.signer().sign(statement), leaf).encode();
    }
}
