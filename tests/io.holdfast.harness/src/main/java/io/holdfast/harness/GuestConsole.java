package io.holdfast.harness;

import java.io.IOException;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.function.LongSupplier;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * The serial console of a test guest on a UNIX socket of QEMU. One thread of its own reads: it takes the stamp of each {@code COMMIT} line at
 * the moment it is read. One caller at a time asks.
 */
public final class GuestConsole implements AutoCloseable {

    private static final Pattern COMMIT = Pattern.compile("COMMIT (\\d{1,9})");
    private static final int LINE_CHARACTERS_MAX = 4096;
    private static final int LINES_MAX = 100_000;
    private static final Duration CONNECT_LIMIT = Duration.ofSeconds(60);
    private static final Duration USUAL_LIMIT = Duration.ofSeconds(30);
    private static final Duration MARK_LIMIT = Duration.ofSeconds(2);
    private static final Duration JOIN_LIMIT = Duration.ofSeconds(30);

    private final SocketChannel channel;
    private final LongSupplier stamps;
    private final Thread reader;
    private final BlockingQueue<String> lines = new LinkedBlockingQueue<>(LINES_MAX);
    private final List<Commit> commits = new ArrayList<>();
    private volatile boolean ended;

    private GuestConsole(SocketChannel channel, LongSupplier stamps) {
        this.channel = channel;
        this.stamps = stamps;
        this.reader =
                Thread.ofPlatform().daemon().name("holdfast-harness-console").unstarted(this::readAll);
    }

    /**
     * Connects.
     *
     * @param socket of the console; waited for
     * @param stamps asked at each {@code COMMIT}; for example the sequence that has been received
     * @return the console; close it
     */
    public static GuestConsole connect(Path socket, LongSupplier stamps) throws IOException {
        SocketChannel channel = SocketChannel.open(StandardProtocolFamily.UNIX);
        boolean done = false;
        try {
            Waiting.until("console " + socket, CONNECT_LIMIT, () -> tryConnect(channel, socket));
            GuestConsole console = new GuestConsole(channel, stamps);
            console.reader.start();
            done = true;
            return console;
        } finally {
            if (!done) {
                channel.close();
            }
        }
    }

    private static boolean tryConnect(SocketChannel channel, Path socket) {
        try {
            return channel.connect(UnixDomainSocketAddress.of(socket));
        } catch (IOException _) {
            return false;
        }
    }

    /** Waits until the guest says that its disks are mounted; for a console that was connected before. */
    public void awaitReady(Duration limit) {
        long begun = System.nanoTime();
        while (System.nanoTime() - begun < limit.toNanos()) {
            String line = next(Duration.ofMillis(100));
            if (line != null && line.startsWith("READY ")) {
                return;
            }
            if (line != null && line.startsWith("BOOT-FAILED")) {
                throw new AssertionError("the guest did not boot: " + line);
            }
            if (line == null && ended) {
                throw new AssertionError("the console ended before the guest was ready");
            }
        }
        throw new AssertionError("the guest was not ready within " + limit.toSeconds() + " s");
    }

    /**
     * Waits until the guest obeys, whether it said that it was ready before this console was connected or will say so: marks that it does not
     * know are sent until it answers one. No earlier answer is left after that.
     */
    public void awaitAnswering(Duration limit) throws IOException {
        long begun = System.nanoTime();
        for (int mark = 1; System.nanoTime() - begun < limit.toNanos(); mark++) {
            String sent = "mark-" + mark;
            send(sent);
            long asked = System.nanoTime();
            while (System.nanoTime() - asked < MARK_LIMIT.toNanos()) {
                String line = next(Duration.ofMillis(100));
                if (line != null && line.equals("UNKNOWN " + sent)) {
                    return;
                }
                if (line == null && ended) {
                    throw new AssertionError("the console ended before the guest answered");
                }
            }
        }
        throw new AssertionError("the guest did not answer within " + limit.toSeconds() + " s");
    }

    /** Lets the guest write so many transactions a second, 0 as fast as it can. */
    public void run(int rate) throws IOException {
        ask("run " + rate, "RUNNING ", USUAL_LIMIT);
    }

    /** Stops the transactions; the last one is acknowledged. */
    public void stop() throws IOException {
        ask("stop", "STOPPED ", USUAL_LIMIT);
    }

    /** Has the guest read and check both disks. */
    public DiskContents verify(Duration limit) throws IOException {
        return DiskContents.ofAnswer(ask("verify", "VERIFY ", limit));
    }

    /** Asks for the longest step of a transaction since last asked, in milliseconds. */
    public double longestStepMillis(Duration limit) throws IOException {
        return Double.parseDouble(field(ask("latency", "LATENCY ", limit).getLast(), "maxMillis"));
    }

    /** Asks for the kernel messages that are errors or worse; empty when there is none. */
    public List<String> kernelErrors() throws IOException {
        List<String> answer = ask("errors", "ERRORS ", USUAL_LIMIT);
        return field(answer.getLast(), "count").equals("0") ? List.of() : List.copyOf(answer);
    }

    /** Has the guest write a file of so many random MiB over itself and sync it. */
    public void bulk(int mebibytes) throws IOException {
        ask("bulk " + mebibytes, "BULK ", USUAL_LIMIT);
    }

    /** Has the guest unmount its disks and power off. */
    public void powerOff() throws IOException {
        ask("poweroff", "POWEROFF ", USUAL_LIMIT);
    }

    /** Waits until this many transactions were acknowledged in all. */
    public Duration awaitCommits(int count, Duration limit) {
        return Waiting.until(count + " commits", limit, () -> {
            if (ended) {
                throw new IOException("the console ended at " + commits().size() + " commits");
            }
            return commits().size() >= count;
        });
    }

    /** Every transaction whose line was read, in that order. */
    public List<Commit> commits() {
        synchronized (commits) {
            return List.copyOf(commits);
        }
    }

    /** Whether the other side has closed the console: QEMU is gone. */
    public boolean ended() {
        return ended;
    }

    /**
     * Sends a command and waits for its answer.
     *
     * @param command without a line end
     * @param last what the last line of the answer begins with
     * @param limit how long at most
     * @return the lines of the answer
     */
    public List<String> ask(String command, String last, Duration limit) throws IOException {
        lines.clear();
        send(command);
        List<String> answer = new ArrayList<>();
        long begun = System.nanoTime();
        while (System.nanoTime() - begun < limit.toNanos()) {
            String line = next(Duration.ofMillis(100));
            if (line != null) {
                answer.add(line);
                if (line.startsWith(last)) {
                    return answer;
                }
                if (line.startsWith("UNKNOWN ")) {
                    throw new AssertionError("the guest did not understand '" + command + "': " + line);
                }
            }
        }
        throw new AssertionError("'" + command + "' was not answered by '" + last + "' within " + limit.toMillis()
                + " ms; the console said " + answer);
    }

    private static String field(String line, String name) {
        for (String word : line.split(" ")) {
            if (word.startsWith(name + "=")) {
                return word.substring(name.length() + 1);
            }
        }
        throw new AssertionError("'" + line + "' has no " + name);
    }

    private @Nullable String next(Duration limit) {
        try {
            return lines.poll(limit.toMillis(), TimeUnit.MILLISECONDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new AssertionError("interrupted while reading the console", e);
        }
    }

    private void send(String command) throws IOException {
        ByteBuffer bytes = StandardCharsets.US_ASCII.encode(command + "\n");
        while (bytes.hasRemaining()) {
            channel.write(bytes);
        }
    }

    private void readAll() {
        ByteBuffer bytes = ByteBuffer.allocate(8192);
        StringBuilder line = new StringBuilder();
        try {
            while (channel.read(bytes.clear()) >= 0) {
                bytes.flip();
                while (bytes.hasRemaining()) {
                    char next = (char) (bytes.get() & 0xff);
                    if (next == '\n') {
                        hear(line.toString().strip());
                        line.setLength(0);
                    } else if (line.length() < LINE_CHARACTERS_MAX) {
                        line.append(next);
                    }
                }
            }
        } catch (IOException _) {
            // closed here, or QEMU is gone
        } finally {
            ended = true;
        }
    }

    private void hear(String line) {
        Matcher matcher = COMMIT.matcher(line);
        if (matcher.matches()) {
            Commit commit = new Commit(Integer.parseInt(matcher.group(1)), stamps.getAsLong(), System.nanoTime());
            synchronized (commits) {
                commits.add(commit);
            }
        } else if (!line.isEmpty() && !lines.offer(line)) {
            throw new AssertionError(LINES_MAX + " lines of the console were not asked for");
        }
    }

    @Override
    public void close() throws IOException {
        channel.close();
        try {
            reader.join(JOIN_LIMIT);
        } catch (InterruptedException _) {
            Thread.currentThread().interrupt();
        }
    }
}
