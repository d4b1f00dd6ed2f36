package io.holdfast.journal.file;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.ClosedChannelException;
import java.nio.channels.FileChannel;
import java.util.Optional;

/** An open file of the host. Whole pages are written directly, the rest and all reads go through the page cache; the system keeps both in step. */
final class ChannelFile implements StoreFile {

    private final String path;
    private final FileChannel channel;
    private final Optional<DirectWriter> direct;

    ChannelFile(String path, FileChannel channel, Optional<DirectWriter> direct) {
        this.path = path;
        this.channel = channel;
        this.direct = direct;
    }

    @Override
    public int read(long position, ByteBuffer target) throws IOException {
        int from = target.position();
        try {
            while (target.hasRemaining()) {
                int count = channel.read(target, position + target.position() - from);
                if (count < 0) {
                    break;
                }
            }
        } catch (ClosedChannelException e) {
            throw e;
        } catch (IOException e) {
            throw new UnreadableException(path, position + target.position() - from, e);
        }
        return target.position() - from;
    }

    @Override
    public void write(long position, ByteBuffer source) throws IOException {
        try {
            if (direct.isPresent() && DirectWriter.takes(position, source)) {
                direct.get().write(position, source);
                return;
            }
            long at = position;
            while (source.hasRemaining()) {
                at += channel.write(source, at);
            }
        } catch (IOException e) {
            throw DiskFullException.isMeantBy(e) ? new DiskFullException(path, e) : e;
        }
    }

    @Override
    public void force() throws IOException {
        channel.force(false);
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
        if (direct.isPresent()) {
            direct.get().close();
        }
        channel.close();
    }
}
