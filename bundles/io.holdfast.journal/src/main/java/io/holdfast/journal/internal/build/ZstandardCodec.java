package io.holdfast.journal.internal.build;

import com.github.luben.zstd.ZstdCompressCtx;
import com.github.luben.zstd.ZstdDecompressCtx;
import com.github.luben.zstd.ZstdException;
import com.github.luben.zstd.util.ZstdVersion;
import io.holdfast.journal.internal.format.Checksums;
import io.holdfast.journal.internal.format.DamagedException;
import java.nio.charset.StandardCharsets;
import org.jspecify.annotations.Nullable;

/** Zstandard, level 1, without content size, checksum or dictionary id in the frame: the batch has all of that. */
final class ZstandardCodec implements FrameCodec {

    private static final int LEVEL = 1;

    private @Nullable ZstdCompressCtx context;
    private @Nullable ZstdDecompressCtx decompression;

    @Override
    public int version() {
        byte[] name = (ZstdVersion.VERSION + " level " + LEVEL).getBytes(StandardCharsets.US_ASCII);
        return Checksums.crc32c(name, 0, name.length);
    }

    @Override
    public int compress(byte[] source, int offset, int length, byte[] target, int targetOffset) {
        ZstdCompressCtx ready = context;
        if (ready == null) {
            ready = new ZstdCompressCtx();
            ready.setLevel(LEVEL).setContentSize(false).setChecksum(false).setDictID(false);
            context = ready;
        }
        return ready.compressByteArray(target, targetOffset, length + SLACK_BYTES, source, offset, length);
    }

    @Override
    public void decompress(byte[] source, int offset, int length, byte[] target, int targetOffset, int plaintextLength)
            throws DamagedException {
        long restored;
        try {
            restored =
                    decompression().decompressByteArray(target, targetOffset, plaintextLength, source, offset, length);
        } catch (ZstdException e) {
            throw DamagedException.damaged("a Zstandard frame that cannot be restored: " + e.getMessage());
        }
        if (restored != plaintextLength) {
            throw DamagedException.damaged("a Zstandard frame of " + restored + " bytes; expected " + plaintextLength);
        }
    }

    private ZstdDecompressCtx decompression() {
        ZstdDecompressCtx ready = decompression;
        if (ready == null) {
            ready = new ZstdDecompressCtx();
            decompression = ready;
        }
        return ready;
    }

    @Override
    public void close() {
        ZstdCompressCtx compressing = context;
        if (compressing != null) {
            compressing.close();
            context = null;
        }
        ZstdDecompressCtx decompressing = decompression;
        if (decompressing != null) {
            decompressing.close();
            decompression = null;
        }
    }
}
