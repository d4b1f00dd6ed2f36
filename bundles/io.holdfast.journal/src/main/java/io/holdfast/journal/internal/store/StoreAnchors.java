package io.holdfast.journal.internal.store;

import io.holdfast.base.ErrorCode;
import io.holdfast.base.HoldfastException;
import io.holdfast.journal.Anchor;
import io.holdfast.journal.AnchorFinding;
import io.holdfast.journal.AnchorHead;
import io.holdfast.journal.Sha256;
import io.holdfast.journal.internal.format.HistoryState;
import io.holdfast.journal.internal.ledger.AnchorComparison;
import io.holdfast.journal.internal.ledger.Ledger;
import io.holdfast.journal.internal.ledger.MerkleTree;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Optional;

/** Makes anchors of an open store, and compares it with older ones. */
final class StoreAnchors {

    private final StoreContext context;

    StoreAnchors(StoreContext context) {
        this.context = context;
    }

    Anchor make(Collection<History> histories, Optional<Anchor> since) {
        List<AnchorHead> heads = new ArrayList<>();
        for (History history : histories) {
            HistoryState durable = history.durable();
            Ledger.Head head = history.ledger().head();
            Optional<AnchorHead> earlier = since.flatMap(anchor -> anchor.head(history.machine()))
                    .filter(anchored -> anchored.incarnation() == history.incarnation())
                    .filter(anchored -> anchored.entries() > 0 && anchored.entries() < head.entries());
            Optional<AnchorHead.Growth> growth = earlier.map(anchored -> growth(history, head, anchored.entries()));
            heads.add(head.anchored(history.ledgerSubject(), durable.blockNumber(), durable.chain(), growth));
        }
        return new Anchor(context.identity().storeId(), context.time().utcMillis(), heads);
    }

    private static AnchorHead.Growth growth(History history, Ledger.Head head, long entries) {
        List<Sha256> leaves = leaves(history).subList(0, (int) head.entries());
        return new AnchorHead.Growth(entries, MerkleTree.consistencyProof(leaves, (int) entries));
    }

    private static List<Sha256> leaves(History history) {
        try {
            return history.ledger().leaves();
        } catch (IOException e) {
            throw new HoldfastException(
                    ErrorCode.DISK_ERROR,
                    "ledger of machine " + history.machine(),
                    "cannot be read: " + e.getMessage(),
                    e);
        }
    }

    List<AnchorFinding> compare(Collection<History> histories, Anchor anchor) {
        if (!anchor.storeId().equals(context.identity().storeId())) {
            throw new HoldfastException(
                    ErrorCode.INVALID_ARGUMENT,
                    "anchor",
                    "is one of store " + anchor.storeId() + "; this is store "
                            + context.identity().storeId());
        }
        List<AnchorFinding> findings = new ArrayList<>();
        for (AnchorHead anchored : anchor.heads()) {
            Optional<History> history = histories.stream()
                    .filter(each -> each.machine().equals(anchored.machine()))
                    .findFirst();
            Optional<AnchorComparison.Present> present = history.map(there -> new AnchorComparison.Present(
                    there.incarnation(),
                    leaves(there),
                    there.ledger().head().publicKey(),
                    there.durable().blockNumber()));
            findings.addAll(AnchorComparison.compare(anchored, present));
            history.filter(there -> there.incarnation() == anchored.incarnation())
                    .flatMap(there -> there.digestOf(anchored.block()))
                    .filter(found -> !found.equals(anchored.chain()))
                    .ifPresent(found -> findings.add(new AnchorFinding(
                            anchored.machine(),
                            AnchorFinding.Kind.REWRITTEN,
                            "block " + anchored.block() + " is " + found + "; the anchor has seen "
                                    + anchored.chain())));
        }
        return findings;
    }
}
