package io.holdfast.harness;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import org.junit.jupiter.api.Test;

final class DiskContentsTest {

    @Test
    void readsAnAnswerOfSeveralLines() {
        DiskContents contents = DiskContents.ofAnswer(List.of(
                "STOPPED last=9",
                "FILES 1-3,5",
                "FILES 9",
                "BADFILES 2",
                "ROWS 1-3",
                "VERIFY files=5 rows=3 lastFile=9 lastRow=3 badFiles=1 badRows=0 kept=5000 integrity=ok"));

        assertThat(contents.files()).hasToString("1-3,5,9");
        assertThat(contents.rows()).hasToString("1-3");
        assertThat(contents.badFiles()).hasToString("2");
        assertThat(contents.last()).isEqualTo(9);
        assertThat(contents.kept()).isEqualTo(5000);
        assertThat(contents.integrity()).isEqualTo("ok");
    }

    @Test
    void readsTheAnswerOfEmptyDisks() {
        DiskContents contents = DiskContents.ofAnswer(
                List.of("VERIFY files=0 rows=0 lastFile=0 lastRow=0 badFiles=0 badRows=0 kept=5000 integrity=ok"));

        assertThat(contents.last()).isZero();
    }

    @Test
    void refusesAnAnswerOfWhichALineWasLost() {
        assertThatThrownBy(() -> DiskContents.ofAnswer(List.of(
                        "FILES 1-3",
                        "VERIFY files=5 rows=0 lastFile=9 lastRow=0 badFiles=0 badRows=0 kept=5000 integrity=ok")))
                .hasMessageContaining("files=5 and lists 3");
        assertThatThrownBy(() -> DiskContents.ofAnswer(List.of("FILES 1-3")))
                .hasMessageContaining("begins with VERIFY");
    }

    @Test
    void keepsNumbersAsRanges() {
        NumberSet set = new NumberSet().addRanges("1-3,5").add(4).add(9);

        assertThat(set).hasToString("1-5,9").isEqualTo(new NumberSet().addRanges("9,1-5"));
        assertThat(set.size()).isEqualTo(6);
        assertThat(set.last()).isEqualTo(9);
        assertThatThrownBy(() -> set.addRanges("9-7")).hasMessageContaining("backwards");
        assertThatThrownBy(() -> set.addRanges("1-999999999")).hasMessageContaining("expected 0 to");
    }
}
