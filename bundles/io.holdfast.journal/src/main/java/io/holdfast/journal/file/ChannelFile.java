package io.holdfast.journal.file;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;

/** An open file of the host. */
final class ChannelFile implements StoreFile {

    private static final String NO_SPACE = "No space left on device";
    private static final String OVER_QUOTA = "Disk quota exceeded";

    private final String path;
    private final FileChannel channel;

    ChannelFile(String path, FileChannel channel) {
        this.path = path;
        this.channel = channel;
    }

    @Override
    public int read(long position, ByteBuffer target) throws IOException {
        int from = target.position();
        while (target.hasRemaining()) {
            int count = channel.read(target, position + target.position() - from);
            if (count < 0) {
                break;
            }
        }
        return target.position() - from;
    }

    @Override
    public void write(long position, ByteBuffer source) throws IOException {
        long at = position;
        try {
            while (source.hasRemaining()) {
                at += channel.write(source, at);
            }
        } catch (IOException e) {
            throw classify(e);
        }
    }

    @Override
    public void force() throws IOException {
        channel.force(false);
    }

    /** The JDK has no type of its own for a full medium, only the system's text. */
    private IOException classify(IOException error) {
        String message = String.valueOf(error.getMessage());
        if (message.contains(NO_SPACE) || message.contains(OVER_QUOTA)) {
            DiskFullException full = new DiskFullException(path);
            full.initCause(error);
            return full;
        }
        return error;
    }

    @Override
    public long size() throws IOException {
        return channel.size();
    }

    @Override
    public void truncate(long size) throws IOException {
        channel.truncate(size);
    }

    @Override
    public void close() throws IOException {
        channel.close();
    }
}
