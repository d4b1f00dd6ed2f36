package io.holdfast.journal.internal.verify;

import io.holdfast.journal.AnchorFinding;
import io.holdfast.journal.AnchorHead;
import io.holdfast.journal.LostRange;
import io.holdfast.journal.MachineKeys;
import io.holdfast.journal.VerifiedMachine;
import io.holdfast.journal.file.StoreFiles;
import io.holdfast.journal.internal.format.Checkpoint;
import io.holdfast.journal.internal.format.DamagedException;
import io.holdfast.journal.internal.format.PinList;
import io.holdfast.journal.internal.format.Standing;
import io.holdfast.journal.internal.ledger.AnchorComparison;
import io.holdfast.journal.internal.ledger.FileDigest;
import io.holdfast.journal.internal.ledger.Ledger;
import io.holdfast.journal.internal.ledger.MerkleTree;
import io.holdfast.journal.internal.retain.RetentionState;
import io.holdfast.journal.internal.store.ArrivingSegments;
import io.holdfast.journal.internal.store.IntakeLog;
import io.holdfast.journal.internal.store.Layout;
import io.holdfast.journal.internal.store.LogScan;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.UUID;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** Checks everything in one machine's folder, and its blocks in the intake log. */
final class HistoryCheck {

    private static final Pattern SEGMENT = Pattern.compile("([0-9]{10})(?:\\.([1-9][0-9]{0,8}))?\\.(open|seg)");
    private static final Pattern RUN = Pattern.compile("[0-9]{10}-[0-9]{10}\\.run");
    private static final Pattern FOREIGN_LEDGER = Pattern.compile("ledger\\.([0-9a-f-]{36})\\.([0-9]{1,18})");
    private static final String DRAFT = ".new";
    private static final int SMALL_BYTES_MAX = 64 << 20;

    private final StoreFiles files;
    private final Findings findings;
    private final UUID storeId;
    private final Checkpoint.Machine named;
    private final String folder;
    private final ContentCheck content;
    private final LedgerCheck ledger;
    private final TreeMap<Long, Long> durableLengths = new TreeMap<>();
    private final TreeMap<Long, TreeMap<Integer, String>> sealed = new TreeMap<>();
    private final TreeMap<Long, String> open = new TreeMap<>();
    private final TreeMap<Long, String> arriving = new TreeMap<>();
    private final List<LogScan.Block> logged = new ArrayList<>();
    private final List<String> foreignLedgers = new ArrayList<>();
    private final List<AnchorHead> anchored = new ArrayList<>();
    private Standing standing = Standing.OWN;
    private RetentionState retention = RetentionState.START;
    private boolean hasLedger;
    private @Nullable AnchorHead head;

    HistoryCheck(
            StoreFiles files, Findings findings, UUID storeId, Checkpoint.Machine named, Optional<MachineKeys> keys) {
        this.files = files;
        this.findings = findings;
        this.storeId = storeId;
        this.named = named;
        this.folder = Layout.MACHINES + "/" + named.id() + "." + named.incarnation();
        this.content = new ContentCheck(keys);
        this.ledger = new LedgerCheck(Ledger.pathIn(folder), findings);
        named.unsealed().forEach(segment -> durableLengths.put(segment.number(), segment.durableLength()));
    }

    String folder() {
        return folder;
    }

    boolean isOf(long incarnation) {
        return named.incarnation() == incarnation;
    }

    LedgerCheck ledger() {
        return ledger;
    }

    /** Takes in what an anchor says of the machine. */
    void anchored(AnchorHead seen) {
        anchored.add(seen);
    }

    /** Where the history stands, once it has been checked. */
    Optional<AnchorHead> head() {
        return Optional.ofNullable(head);
    }

    /** Takes in what the intake log says about a segment. */
    void extend(long number, long durableLength) {
        durableLengths.merge(number, durableLength, Math::max);
    }

    /** Takes in a block that lies in the intake log. */
    void logged(LogScan.Block block) {
        logged.add(block);
    }

    VerifiedMachine run(boolean ledgerExpected) throws IOException {
        long before = findings.damages();
        if (!files.exists(folder)) {
            findings.damage(folder, 0, 0, "is missing; the checkpoint names it");
        } else {
            list();
        }
        checkLedger(ledgerExpected);
        ledger.retirements().compare(folder + "/" + Layout.RETENTION, retention.retired());
        ledger.compareLock(folder + "/" + Layout.RETENTION, retention.policy().lockMillis());
        for (String name : foreignLedgers) {
            checkForeignLedger(name);
        }
        BlockChain chain = new BlockChain(named.id(), expectedBlocks());
        checkSegments(chain);
        checkLogged(chain);
        chain.missed()
                .forEach((block, wanted) -> findings.damage(
                        folder, 0, 0, "block " + block + " is not " + wanted.digest() + "; so says " + wanted.says()));
        compareAnchors(chain);
        if (content.withoutKey() > 0) {
            findings.note(folder, content.withoutKey() + " blocks were sealed with a key that was not given");
        }
        List<LostRange> lost = chain.lost().stream()
                .flatMap(each -> each.ranges().stream())
                .limit(VerifiedMachine.LOST_MAX)
                .toList();
        return new VerifiedMachine(
                named.id(),
                named.incarnation(),
                findings.damages() == before,
                sealed.size() + open.size(),
                chain.goodBlocks(),
                chain.newest().epoch() + "/" + chain.newest().sequence(),
                ledger.leaves().size(),
                MerkleTree.root(ledger.leaves()),
                ledger.signer(),
                content.checked(),
                new Recoverable(chain).stretches(),
                lost);
    }

    private void compareAnchors(BlockChain chain) {
        AnchorComparison.Present present = new AnchorComparison.Present(
                named.incarnation(), ledger.leaves(), ledger.head().publicKey(), chain.blockNumber());
        for (AnchorHead seen : anchored) {
            for (AnchorFinding found : AnchorComparison.compare(seen, Optional.of(present))) {
                if (found.kind() == AnchorFinding.Kind.SIGNER_CHANGED) {
                    findings.note(folder, found.detail());
                } else {
                    findings.damage(folder, 0, 0, found.detail());
                }
            }
        }
        Ledger.Subject subject = new Ledger.Subject(named.id(), named.incarnation(), folder);
        head = ledger.head().anchored(subject, chain.blockNumber(), chain.digest(), Optional.empty());
    }

    /** Sorts the folder's files, and checks the small ones. */
    private void list() throws IOException {
        for (String name : files.list(folder)) {
            Matcher segment = SEGMENT.matcher(name);
            String path = folder + "/" + name;
            if (segment.matches()) {
                long number = Long.parseLong(segment.group(1));
                if (segment.group(3).equals("seg")) {
                    int generation = segment.group(2) == null ? 0 : Integer.parseInt(segment.group(2));
                    sealed.computeIfAbsent(number, _ -> new TreeMap<>()).put(generation, path);
                } else {
                    open.put(number, path);
                }
            } else if (ArrivingSegments.numberOf(name).isPresent()) {
                arriving.put(ArrivingSegments.numberOf(name).getAsLong(), path);
            } else if (RUN.matcher(name).matches()) {
                try (CheckedFile file = new CheckedFile(files, path, findings)) {
                    new RunCheck(file).run(named.id());
                }
            } else if (name.equals(Layout.PINS)) {
                small(path, bytes -> PinList.decode(bytes).encode());
            } else if (name.equals(Layout.STANDING)) {
                small(path, bytes -> {
                    standing = Standing.decode(bytes);
                    return standing.encode();
                });
            } else if (name.equals(Layout.RETENTION)) {
                small(path, bytes -> {
                    retention = RetentionState.decode(bytes);
                    return retention.encode();
                });
            } else if (name.equals(Ledger.NAME)) {
                hasLedger = true;
            } else if (FOREIGN_LEDGER.matcher(name).matches()) {
                foreignLedgers.add(name);
            } else if (name.endsWith(DRAFT)) {
                findings.note(path, "is a replacement that a crash left; it is ignored");
            } else {
                findings.note(path, "is not known to this version and was not checked");
            }
        }
    }

    /** Decodes a small file and encodes it again. */
    interface Small {

        byte[] decodeAndEncode(ByteBuffer bytes) throws DamagedException;
    }

    private void small(String path, Small decoder) throws IOException {
        try (CheckedFile file = new CheckedFile(files, path, findings)) {
            StoreCheck.compare(file, decoder, SMALL_BYTES_MAX);
        }
    }

    private void checkLedger(boolean expected) throws IOException {
        if (hasLedger) {
            try (CheckedFile file = new CheckedFile(files, Ledger.pathIn(folder), findings)) {
                ledger.run(file, storeId, named.id(), named.incarnation());
            }
        } else if (!sealed.isEmpty() && expected) {
            findings.damage(
                    Ledger.pathIn(folder), 0, 0, "is missing; every sealed segment should have its entry in it");
        } else if (!sealed.isEmpty()) {
            findings.note(Ledger.pathIn(folder), "is not there: the store is older than ledgers");
            ledger.adoptAll();
        }
    }

    /** In a copy, the ledger of the history that it is a copy of: it has to be the one that was copied, or have grown since. */
    private void checkForeignLedger(String name) throws IOException {
        Matcher parts = FOREIGN_LEDGER.matcher(name);
        if (!parts.matches()) {
            return;
        }
        UUID origin = UUID.fromString(parts.group(1));
        long incarnation = Long.parseLong(parts.group(2));
        try (CheckedFile file = new CheckedFile(files, folder + "/" + name, findings)) {
            LedgerCheck foreign = new LedgerCheck(file.path(), findings);
            foreign.run(file, origin, named.id(), incarnation);
            ledger.copied(origin, incarnation)
                    .filter(copied -> !foreign.growsOutOf(copied.treeSize(), copied.root()))
                    .ifPresent(copied -> findings.damage(
                            file.path(),
                            0,
                            file.size(),
                            "has " + foreign.leaves().size() + " entries and does not begin with the "
                                    + copied.treeSize() + " that were copied"));
        }
    }

    /** What ledger and checkpoint say of blocks. */
    private TreeMap<Long, BlockChain.Expected> expectedBlocks() {
        TreeMap<Long, BlockChain.Expected> expected = new TreeMap<>(ledger.blocks());
        if (named.state().blockNumber() > 0) {
            expected.put(
                    named.state().blockNumber(),
                    new BlockChain.Expected(named.state().chain(), Layout.CHECKPOINT));
        }
        for (AnchorHead seen : anchored) {
            if (seen.block() > 0 && seen.incarnation() == named.incarnation()) {
                expected.put(seen.block(), new BlockChain.Expected(seen.chain(), "an anchor"));
            }
        }
        return expected;
    }

    private void checkSegments(BlockChain chain) throws IOException {
        long highest = 0;
        for (TreeMap<Long, ?> numbers : List.of(sealed, durableLengths)) {
            highest = numbers.isEmpty() ? highest : Math.max(highest, numbers.lastKey());
        }
        takeArrived(highest + 1);
        highest = sealed.containsKey(highest + 1) ? highest + 1 : highest;
        SegmentCheck.Owner owner = new SegmentCheck.Owner(named.id(), named.incarnation(), storeId, standing);
        for (long number = 1; number <= highest; number++) {
            checkSegment(number, owner, chain);
        }
        for (String path : open.tailMap(highest, false).values()) {
            try (CheckedFile file = new CheckedFile(files, path, findings)) {
                findings.tail(path, 0, file.size());
            }
        }
    }

    /** What a transfer has begun counts once the ledger names it; the next opening of the store gives it its name. */
    private void takeArrived(long next) {
        arriving.forEach((number, path) -> {
            Optional<FileDigest> named = number == next ? ledger.current(number) : Optional.empty();
            if (named.isPresent()) {
                sealed.put(number, new TreeMap<>(Map.of(named.get().generation(), path)));
            } else {
                findings.note(path, "is what a transfer has begun; it is ignored");
            }
        });
    }

    private void checkSegment(long number, SegmentCheck.Owner owner, BlockChain chain) throws IOException {
        TreeMap<Integer, String> generations = sealed.get(number);
        String openPath = open.get(number);
        Long durableLength = durableLengths.get(number);
        if (generations != null) {
            int named = ledger.current(number).map(FileDigest::generation).orElse(generations.lastKey());
            int generation = generations.containsKey(named) ? named : generations.lastKey();
            for (Map.Entry<Integer, String> entry : generations.entrySet()) {
                if (entry.getKey() != generation) {
                    findings.note(entry.getValue(), "is what a crash left of cleaning; it is ignored");
                }
            }
            String path = String.valueOf(generations.get(generation));
            try (CheckedFile file = new CheckedFile(files, path, findings)) {
                new SegmentCheck(file, owner, number, chain, content).sealed(ledger, generation);
            }
            if (openPath != null) {
                findings.damage(openPath, 0, 0, "lies beside the sealed segment of its number");
            }
        } else if (openPath != null) {
            try (CheckedFile file = new CheckedFile(files, openPath, findings)) {
                if (durableLength == null) {
                    findings.tail(openPath, 0, file.size());
                } else {
                    new SegmentCheck(file, owner, number, chain, content).open(durableLength);
                }
            }
        } else if (!ledger.isDeleted(number)) {
            findings.damage(folder, 0, 0, "segment " + number + " is missing");
            chain.lose();
        }
    }

    private void checkLogged(BlockChain chain) throws IOException {
        if (logged.isEmpty()) {
            return;
        }
        try (CheckedFile log = new CheckedFile(files, IntakeLog.NAME, findings)) {
            for (LogScan.Block block : logged) {
                new BlockWalk(log, chain, content).single(block.offset(), block.length());
            }
        }
    }
}
