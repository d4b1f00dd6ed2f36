package io.holdfast.mobility.stream;

import static org.assertj.core.api.Assertions.assertThat;

import io.holdfast.base.Position;
import io.holdfast.mobility.stream.Lineage.Verdict;
import org.junit.jupiter.api.Test;

class LineageTest {

    @Test
    void anEmptyStoreIsOursToStart() {
        assertThat(Lineage.NONE.judge(Position.ORIGIN)).isEqualTo(Verdict.OURS);
    }

    @Test
    void ourOwnEpochIsKnownAgainWhetherItsOpeningWasConfirmedOrNot() {
        Lineage wished = Lineage.NONE.wishing(Position.ORIGIN, 0);
        Position asOpened = new Position(wished.wishes().getFirst().epoch(), 0);

        assertThat(wished.judge(Position.ORIGIN)).isEqualTo(Verdict.OURS);
        assertThat(wished.judge(asOpened)).isEqualTo(Verdict.OURS);
        assertThat(wished.opened(asOpened, false).judge(new Position(asOpened.epoch(), 900)))
                .isEqualTo(Verdict.OURS);
    }

    @Test
    void anEarlierUnconfirmedWishIsKnownTooWhenALaterOneWasMade() {
        Lineage first = Lineage.NONE.wishing(Position.ORIGIN, 0);
        Lineage second = first.wishing(Position.ORIGIN, 0);

        assertThat(second.judge(new Position(first.wishes().getFirst().epoch(), 0)))
                .isEqualTo(Verdict.OURS);
    }

    @Test
    void anEpochThatSomebodyElseOpenedIsForeign() {
        Lineage ours = Lineage.NONE
                .wishing(Position.ORIGIN, 0)
                .opened(new Position(2, 0), false)
                .durable(500);

        assertThat(ours.judge(new Position(3, 500))).isEqualTo(Verdict.FOREIGN);
    }

    @Test
    void aFailoverIsNotTakenForAnEpochOfOursWhoseOpeningWasLost() {
        Lineage ours =
                Lineage.NONE.opened(new Position(2, 0), false).durable(500).wishing(new Position(2, 500), 0);

        assertThat(ours.judge(new Position(3, 500))).isEqualTo(Verdict.FOREIGN);
        assertThat(ours.judge(new Position(4, 500))).isEqualTo(Verdict.OURS);
    }

    @Test
    void aStoreThatLacksWhatItConfirmedWasSetBack() {
        Lineage ours = Lineage.NONE.opened(new Position(6, 100), false).durable(150);

        assertThat(ours.judge(new Position(6, 149))).isEqualTo(Verdict.SET_BACK);
        assertThat(ours.judge(new Position(4, 400))).isEqualTo(Verdict.SET_BACK);
        assertThat(ours.judge(Position.ORIGIN)).isEqualTo(Verdict.SET_BACK);
        assertThat(ours.judge(new Position(6, 150))).isEqualTo(Verdict.OURS);
    }

    @Test
    void neverWishesForANumberThatWasSeenEvenFromAStoreThatWasSetBack() {
        Lineage ours = Lineage.NONE.opened(new Position(9, 0), false).wishing(new Position(9, 3), 0);
        long wished = ours.wishes().getFirst().epoch();

        assertThat(ours.wishing(new Position(2, 0), 0).wishes().getLast().epoch())
                .isGreaterThan(wished);
    }

    @Test
    void aLeapKeepsTwoLivesOfOneMemoryApart() {
        Position head = new Position(6, 100);
        Lineage copied = Lineage.NONE.opened(head, false).durable(100);

        long lost = copied.wishing(head, 17).epochSeen();
        long again = copied.wishing(head, 18).epochSeen();

        assertThat(lost).isGreaterThan(head.epoch() + 1);
        assertThat(again).isNotEqualTo(lost).isGreaterThan(head.epoch() + 1);
        assertThat(copied.wishing(head, 17).judge(new Position(lost, 100))).isEqualTo(Verdict.OURS);
    }

    @Test
    void rememberingWishesIsBounded() {
        Lineage lineage = Lineage.NONE;
        for (int i = 0; i < 1_000; i++) {
            lineage = lineage.wishing(Position.ORIGIN, 0);
        }

        assertThat(lineage.wishes()).hasSizeLessThan(100);
        assertThat(lineage.judge(new Position(lineage.epochSeen(), 0))).isEqualTo(Verdict.OURS);
    }
}
