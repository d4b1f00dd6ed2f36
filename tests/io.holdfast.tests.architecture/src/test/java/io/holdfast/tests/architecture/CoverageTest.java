package io.holdfast.tests.architecture;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class CoverageTest {

    private static final int ITEMS = 173;
    private static final Pattern ROW =
            Pattern.compile("(?m)^\\| (M-\\d{3}) \\| ([^|]+) \\| ([^|]+) \\|([^|]*)\\|([^|]*)\\|([^|]*)\\|$");
    private static final Pattern NAMED = Pattern.compile("`([^`]+)`");

    @Test
    void hasOneRowForEachItemInOrder() {
        List<String> items = rows().stream().map(row -> row.group(1)).toList();

        assertThat(items)
                .isEqualTo(IntStream.rangeClosed(1, ITEMS)
                        .mapToObj("M-%03d"::formatted)
                        .toList());
    }

    @Test
    void saysOfEachItemHowFarItIs() {
        assertThat(rows())
                .allSatisfy(
                        row -> assertThat(row.group(3).trim()).as(row.group(1)).matches("done|not yet|in part: .+"));
    }

    @Test
    void namesCodeAndTestsThatExist() {
        assertThat(rows()).allSatisfy(row -> {
            boolean claimed = !row.group(3).trim().equals("not yet");
            assertThat(row.group(4).isBlank()).as("%s names code", row.group(1)).isEqualTo(!claimed);
            for (int column = 4; column <= 5; column++) {
                Matcher named = NAMED.matcher(row.group(column));
                while (named.find()) {
                    assertThat(Files.exists(Tree.ROOT.resolve(named.group(1))))
                            .as("%s of %s exists", named.group(1), row.group(1))
                            .isTrue();
                }
            }
        });
    }

    private static List<Matcher> rows() {
        String page = Tree.read(Tree.ROOT.resolve("docs/coverage.md"));
        Matcher matcher = ROW.matcher(page);
        return matcher.results()
                .map(result -> {
                    Matcher row = ROW.matcher(result.group());
                    assertThat(row.matches()).isTrue();
                    return row;
                })
                .toList();
    }
}
