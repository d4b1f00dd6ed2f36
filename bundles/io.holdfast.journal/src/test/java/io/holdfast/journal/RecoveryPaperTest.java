package io.holdfast.journal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.holdfast.base.ErrorCode;
import io.holdfast.base.HoldfastException;
import io.holdfast.journal.internal.keys.RecoverySecret;
import java.security.SecureRandom;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Locale;
import org.junit.jupiter.api.Test;

class RecoveryPaperTest {

    private static final String ALPHABET = "0123456789ABCDEFGHJKMNPQRSTVWXYZ";

    private final RecoveryPaper paper = RecoveryPaper.of(RecoverySecret.generate(new SecureRandom()));

    private static void refuses(String typed, String object) {
        assertThatThrownBy(() -> RecoveryPaper.parse(typed)).isInstanceOfSatisfying(HoldfastException.class, e -> {
            assertThat(e.code()).isEqualTo(ErrorCode.INVALID_ARGUMENT);
            assertThat(e.object()).isEqualTo(object);
        });
    }

    private String with(int line, String text) {
        List<String> lines = new ArrayList<>(paper.lines());
        lines.set(line - 1, text);
        return String.join("\n", lines);
    }

    @Test
    void isReadBackAsItIsPrinted() {
        String page = paper.text("Oslo");

        assertThat(RecoveryPaper.parse(page).lines()).isEqualTo(paper.lines());
        assertThat(RecoveryPaper.parse(page).name()).isEqualTo(paper.name());
        assertThat(page).contains("Oslo").contains("1: ");
    }

    @Test
    void isReadHoweverItIsTyped() {
        String typed = String.join("\n\n", paper.lines())
                .toLowerCase(Locale.ROOT)
                .replace('-', ' ')
                .replace('0', 'o')
                .replace('1', 'l');

        assertThat(RecoveryPaper.parse(typed).lines()).isEqualTo(paper.lines());
    }

    @Test
    void namesTheLineOfEveryWrongCharacter() {
        for (int line = 1; line <= RecoveryPaper.LINES; line++) {
            String right = paper.lines().get(line - 1);
            for (int at = 0; at < right.length(); at++) {
                for (char other : ALPHABET.toCharArray()) {
                    if (right.charAt(at) != '-' && right.charAt(at) != other) {
                        String wrong = right.substring(0, at) + other + right.substring(at + 1);
                        refuses(with(line, wrong), "line " + line + " of the recovery key");
                    }
                }
            }
        }
    }

    @Test
    void namesTheLineOfNeighboursThatWereExchanged() {
        for (int line = 1; line <= RecoveryPaper.LINES; line++) {
            String right = paper.lines().get(line - 1).replace("-", "");
            for (int at = 1; at < right.length(); at++) {
                if (right.charAt(at) != right.charAt(at - 1)) {
                    String wrong = right.substring(0, at - 1)
                            + right.charAt(at)
                            + right.charAt(at - 1)
                            + right.substring(at + 1);
                    refuses(with(line, wrong), "line " + line + " of the recovery key");
                }
            }
        }
    }

    @Test
    void namesALineThatIsShortOrHasSignsThatNoPaperHas() {
        refuses(with(3, paper.lines().get(2).substring(1)), "line 3 of the recovery key");
        refuses(with(4, "U" + paper.lines().get(3).substring(1)), "line 4 of the recovery key");
        refuses(String.join("\n", paper.lines().subList(0, 4)), "recovery key");
    }

    @Test
    void namesTheFirstOfLinesInTheWrongPlace() {
        List<String> lines = new ArrayList<>(paper.lines());
        Collections.swap(lines, 2, 3);

        refuses(String.join("\n", lines), "line 3 of the recovery key");
    }

    @Test
    void noticesALineOfAnotherPaper() {
        RecoveryPaper other = RecoveryPaper.of(RecoverySecret.generate(new SecureRandom()));

        refuses(with(2, other.lines().get(1)), "recovery key");
    }

    @Test
    void isAPageThatLoadsNothingAndCannotBeSteeredByItsName() {
        String page = paper.html("<script>alert(1)</script> & more");

        assertThat(page)
                .doesNotContain("<script")
                .doesNotContain("src=")
                .doesNotContain("href=")
                .contains("&amp; more");
        paper.lines().forEach(line -> assertThat(page).contains(line));
    }

    @Test
    void showsNoSecretWhenItIsPrintedToALog() {
        assertThat(paper.toString()).isEqualTo("recovery paper " + paper.name());
        assertThat(paper.name()).hasSize(14);
    }
}
