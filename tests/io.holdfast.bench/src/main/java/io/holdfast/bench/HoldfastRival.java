package io.holdfast.bench;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.Writer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** Our recovery store in a process of its own, {@link RivalStoreMain}, which is told what to do line by line and answers when that is durable. */
final class HoldfastRival implements Rival {

    private static final String HEAP = "-Xmx160m";

    private final Path image;
    private final Path folder;
    private final Path store;
    private final Process process;
    private final BufferedReader answers;
    private final Writer commands;
    private final List<String> points = new ArrayList<>();
    private Path writes;

    HoldfastRival(Path folder, Path image) throws IOException {
        this.image = image;
        this.folder = folder;
        this.store = folder.resolve("store");
        this.writes = folder.resolve("writes");
        String java = ProcessHandle.current().info().command().orElseThrow();
        process = new ProcessBuilder(
                        java,
                        HEAP,
                        "-XX:+UseSerialGC",
                        "--enable-native-access=ALL-UNNAMED",
                        "-cp",
                        System.getProperty("java.class.path"),
                        RivalStoreMain.class.getName(),
                        store.toString())
                .redirectError(folder.resolve("output.log").toFile())
                .start();
        answers = process.inputReader(StandardCharsets.UTF_8);
        commands = process.outputWriter(StandardCharsets.UTF_8);
    }

    @Override
    public String name() {
        return "holdfast";
    }

    @Override
    public String note() {
        return "encrypted; takes writes as they happen, each is a point; Zstandard level 1; sealing included";
    }

    @Override
    public RivalCost first() throws IOException {
        return ask("copy " + image);
    }

    @Override
    public void changed(int round, List<RivalImage.Write> written) throws IOException {
        writes = folder.resolve("writes" + round);
        RivalImage.save(written, writes);
    }

    @Override
    public RivalCost keep(int round) throws IOException {
        RivalCost cost = ask("take " + writes);
        Files.delete(writes);
        return cost;
    }

    @Override
    public RivalCost restore(int round, Path target) throws IOException {
        return ask("restore " + points.get(round) + " " + restored(round, target));
    }

    @Override
    public Path restored(int round, Path target) {
        return target.resolve("image.raw");
    }

    /** Sends a line and waits for its answer: the newest point. */
    private RivalCost ask(String command) throws IOException {
        long start = System.nanoTime();
        commands.write(command + "\n");
        commands.flush();
        String answer = answers.readLine();
        double seconds = (System.nanoTime() - start) / 1e9;
        if (answer == null) {
            throw new IOException("the store has ended: " + Files.readString(folder.resolve("output.log")));
        }
        if (!command.startsWith("restore")) {
            points.add(answer);
        }
        return new RivalCost(seconds, RivalTool.peakMebibytes(process.toHandle()));
    }

    /** The intake log has one size for all machines of a store and for ever. */
    @Override
    public long spaceBytes() throws IOException {
        return Folders.bytes(store) - RivalStoreMain.SETTINGS.intakeBytes();
    }

    @Override
    public void close() throws IOException {
        commands.close();
        process.onExit().join();
    }
}
