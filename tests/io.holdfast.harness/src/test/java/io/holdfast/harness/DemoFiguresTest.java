package io.holdfast.harness;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class DemoFiguresTest {

    private static DemoFigures oneRow() {
        DemoFigures figures = new DemoFigures();
        figures.add("latest", new DemoFigures.Point("site", 812, 810, 2, 0, 740, 4.25, 3 << 20, 5 << 20, 7 << 20));
        return figures;
    }

    @Test
    void writesEveryFieldByItsName(@TempDir Path folder) throws IOException {
        Path file = folder.resolve("demo.json");

        oneRow().write(file);

        JsonNode expected = new ObjectMapper().readTree("""
                {"points":[{"run":"site","acknowledgedTransactions":812,"recoveredTransactions":810,"lostTransactions":2,
                "tornTransactions":0,"rpoMillis":740,"rtoSeconds":4.25,"writtenBytes":3145728,"sentBytes":5242880,"storedBytes":7340032}]}
                """);
        assertThat(new ObjectMapper().readTree(file.toFile())).isEqualTo(expected);
    }

    @Test
    void printsOneLineForEachPoint() {
        ByteArrayOutputStream out = new ByteArrayOutputStream();

        oneRow().print(new PrintStream(out, true, StandardCharsets.UTF_8));

        assertThat(out.toString(StandardCharsets.UTF_8).lines().toList())
                .hasSize(2)
                .last()
                .asString()
                .matches("site +latest +812 +810 +2 +0 +740 ms +4\\.3 s +3\\.0 MiB +5\\.0 MiB +7\\.0 MiB");
    }

    @Test
    void takesItsTransactionsFromAVerdict() {
        Verdict verdict = new Verdict(
                new NumberSet().addRanges("1-10"),
                new NumberSet().addRanges("3-8"),
                new NumberSet().add(9),
                new NumberSet().add(10),
                new NumberSet().addRanges("1-2"),
                new NumberSet(),
                "ok");

        DemoFigures.Point point = DemoFigures.Point.of("machine", verdict, new DemoFigures.Measured(12, 3.5, 1, 2, 3));

        assertThat(point).isEqualTo(new DemoFigures.Point("machine", 10, 8, 1, 1, 12, 3.5, 1, 2, 3));
    }
}
