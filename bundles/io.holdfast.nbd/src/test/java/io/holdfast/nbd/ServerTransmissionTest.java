package io.holdfast.nbd;

import static org.assertj.core.api.Assertions.assertThat;

import io.holdfast.base.ErrorCode;
import io.holdfast.base.HoldfastException;
import java.io.IOException;
import java.net.UnixDomainSocketAddress;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.Objects;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Requests and replies of the server, byte by byte. */
@Timeout(60)
class ServerTransmissionTest {

    private static final String OPTION = "49484156454f5054 ";
    private static final String REQUEST = "25609513 ";
    private static final String SIMPLE = "67446698 ";
    private static final String CHUNK = "668e33ef ";
    private static final String COOKIE = "00c00c1e00c00c1e ";

    private final RecordingListener listener = new RecordingListener();
    private final Path socket;

    ServerTransmissionTest(@TempDir Path folder) {
        socket = folder.resolve("s");
    }

    private NbdServer serve(MemoryExport export) throws IOException {
        return NbdServer.start(NbdServerSettings.at(UnixDomainSocketAddress.of(socket)), export.as("disk"), listener);
    }

    private RawPeer simple(NbdServer server) throws IOException {
        RawPeer peer =
                RawPeer.connect(server.address()).expect(RawPeer.GREETING).send("00000003");
        peer.send(OPTION + "00000001 00000004 6469736b").receive(10);
        return peer;
    }

    private RawPeer structured(NbdServer server) throws IOException {
        RawPeer peer =
                RawPeer.connect(server.address()).expect(RawPeer.GREETING).send("00000003");
        peer.send(OPTION + "00000008 00000000").receive(20);
        peer.send(OPTION + "0000000a 0000001f 00000004 6469736b 00000001 0000000f 626173653a616c6c6f636174696f6e")
                .receive(39 + 20);
        peer.send(OPTION + "00000001 00000004 6469736b").receive(10);
        return peer;
    }

    @Test
    void answersSimply() throws Exception {
        MemoryExport export = new MemoryExport(8192);
        try (NbdServer server = serve(export);
                RawPeer peer = simple(server)) {
            peer.send(REQUEST + "0000 0001" + COOKIE + "0000000000000005 00000003 aabbcc")
                    .expect(SIMPLE + "00000000" + COOKIE)
                    .send(REQUEST + "0000 0000" + COOKIE + "0000000000000004 00000005")
                    .expect(SIMPLE + "00000000" + COOKIE + "00aabbcc00")
                    .send(REQUEST + "0001 0006" + COOKIE + "0000000000000006 00000001")
                    .expect(SIMPLE + "00000000" + COOKIE)
                    .send(REQUEST + "0000 0000" + COOKIE + "0000000000000004 00000005")
                    .expect(SIMPLE + "00000000" + COOKIE + "00aa00cc00")
                    .send(REQUEST + "0000 0000" + COOKIE + "0000000000000000 00000000")
                    .expect(SIMPLE + "00000000" + COOKIE)
                    .send(REQUEST + "0000 0003" + COOKIE + "0000000000000000 00000000")
                    .expect(SIMPLE + "00000000" + COOKIE)
                    .send(REQUEST + "0000 0002" + COOKIE + "0000000000000000 00000000")
                    .expectEnd();
        }
        assertThat(export.calls).containsExactly("write 5+3", "read 4+5", "zero 6+1 fua", "read 4+5", "flush");
        assertThat(listener.awaitClosed())
                .isEqualTo(new NbdConnectionEnd(NbdConnectionEnd.Kind.DISCONNECTED, false, "the client disconnected"));
    }

    @Test
    void answersReadsInChunks() throws Exception {
        MemoryExport export = new MemoryExport(1 << 20).withSparseReads();
        Arrays.fill(export.content, 4096, 8192, (byte) 0x77);
        try (NbdServer server = serve(export);
                RawPeer peer = structured(server)) {
            peer.send(REQUEST + "0000 0000" + COOKIE + "0000000000001000 00000004")
                    .expect(CHUNK + "0001 0001" + COOKIE + "0000000c 0000000000001000 77777777")
                    .send(REQUEST + "0000 0000" + COOKIE + "0000000000000000 00003000")
                    .expect(CHUNK + "0000 0002" + COOKIE + "0000000c 0000000000000000 00001000")
                    .expect(CHUNK + "0000 0001" + COOKIE + "00001008 0000000000001000" + "77".repeat(4096))
                    .expect(CHUNK + "0001 0002" + COOKIE + "0000000c 0000000000002000 00001000")
                    .send(REQUEST + "0004 0000" + COOKIE + "0000000000000000 00003000")
                    .expect(CHUNK + "0001 0001" + COOKIE + "00003008 0000000000000000")
                    .expect("00".repeat(4096) + "77".repeat(4096) + "00".repeat(4096))
                    .send(REQUEST + "0000 0000" + COOKIE + "0000000000000000 00000000")
                    .expect(CHUNK + "0001 0000" + COOKIE + "00000000");
        }
    }

    @Test
    void aLongReadGoesInPieces() throws Exception {
        MemoryExport export = new MemoryExport(1 << 20);
        try (NbdServer server = serve(export);
                RawPeer peer = structured(server)) {
            peer.send(REQUEST + "0000 0000" + COOKIE + "0000000000000001 00050000")
                    .expect(CHUNK + "0000 0001" + COOKIE + "00040008 0000000000000001" + "00".repeat(0x40000))
                    .expect(CHUNK + "0001 0001" + COOKIE + "00010008 0000000000040001" + "00".repeat(0x10000));
        }
        assertThat(export.calls).containsExactly("read 1+262144", "read 262145+65536");
    }

    @Test
    void answersBlockStatus() throws Exception {
        MemoryExport export = new MemoryExport(8192);
        Arrays.fill(export.content, 1024, 2048, (byte) 1);
        try (NbdServer server = serve(export);
                RawPeer peer = structured(server)) {
            peer.send(REQUEST + "0000 0007" + COOKIE + "0000000000000010 00001000")
                    .expect(CHUNK + "0001 0005" + COOKIE + "0000001c 00000001")
                    .expect("000003f0 00000003  00000400 00000000  00000810 00000003")
                    .send(REQUEST + "0008 0007" + COOKIE + "0000000000000400 00001000")
                    .expect(CHUNK + "0001 0005" + COOKIE + "0000000c 00000001 00000400 00000000")
                    .send(REQUEST + "0000 0007" + COOKIE + "0000000000000400 00000000")
                    .expect(error("00000016", "the status of nothing was asked for"));
        }
    }

    @Test
    void refusesWhatBreaksTheRulesAndGoesOn() throws Exception {
        MemoryExport export = new MemoryExport(8192).withSizes(new NbdBlockSizes(512, 4096, 4096));
        try (NbdServer server = serve(export);
                RawPeer peer = structured(server)) {
            peer.send(REQUEST + "0000 0001" + COOKIE + "0000000000001e00 00000400" + "11".repeat(1024))
                    .expect(error("0000001c", "7680+1024 is beyond the end at 8192"))
                    .send(REQUEST + "0000 0000" + COOKIE + "ffffffffffffff00 00000200")
                    .expect(error("00000016", "18446744073709551360+512 is beyond the end at 8192"))
                    .send(REQUEST + "0000 0000" + COOKIE + "0000000000000001 00000200")
                    .expect(error("00000016", "1+512 is not a multiple of 512 bytes"))
                    .send(REQUEST + "0000 0000" + COOKIE + "0000000000000000 00001200")
                    .expect(error("0000004b", "4608 bytes; at most 4096 in one request"))
                    .send(REQUEST + "0000 0001" + COOKIE + "0000000000000000 00001200" + "22".repeat(0x1200))
                    .expect(error("00000016", "4608 bytes; at most 4096 in one request"))
                    .send(REQUEST + "0010 0004" + COOKIE + "0000000000000000 00000200")
                    .expect(error("00000016", "flags 0x10 of TRIM; allowed are 0x1"))
                    .send(REQUEST + "0000 0003" + COOKIE + "0000000000000200 00000000")
                    .expect(error("00000016", "a flush has neither offset nor length"))
                    .send(REQUEST + "0000 0063" + COOKIE + "0000000000000000 00000000")
                    .expect(error("00000016", "command 99 is not known"));
        }
        assertThat(export.calls).isEmpty();
    }

    @Test
    void refusesChangesOfAReadOnlyExport() throws Exception {
        MemoryExport export = new MemoryExport(8192).asReadOnly();
        try (NbdServer server = serve(export);
                RawPeer peer = simple(server)) {
            for (String command : new String[] {
                "0001" + COOKIE + "0000000000000000 00000001 99",
                "0004" + COOKIE + "0000000000000000 00000001",
                "0006" + COOKIE + "0000000000000000 00000001"
            }) {
                peer.send(REQUEST + "0000" + command).expect(SIMPLE + "00000001" + COOKIE);
            }
            assertThat(listener.awaitRefusal())
                    .isEqualTo(new RecordingListener.Refusal(
                            NbdCommand.WRITE, NbdError.EPERM, "this export is read-only"));
        }
        assertThat(export.calls).isEmpty();
        assertThat(listener.awaitClosed().changeRefused()).isTrue();
    }

    @Test
    void refusesToZeroFastWhereThatIsNotOffered() throws Exception {
        MemoryExport export = new MemoryExport(8192).withFeatures(NbdFeature.WRITE_ZEROES);
        try (NbdServer server = serve(export);
                RawPeer peer = simple(server)) {
            peer.send(REQUEST + "0010 0006" + COOKIE + "0000000000000000 00000200")
                    .expect(SIMPLE + "00000016" + COOKIE)
                    .send(REQUEST + "0000 0003" + COOKIE + "0000000000000000 00000000")
                    .expect(SIMPLE + "00000016" + COOKIE)
                    .send(REQUEST + "0001 0001" + COOKIE + "0000000000000000 00000001 00")
                    .expect(SIMPLE + "00000016" + COOKIE);
        }
    }

    @Test
    void tellsTheErrorsOfAnExportByName() throws Exception {
        MemoryExport export = new MemoryExport(8192).withHook(call -> {
            switch (call) {
                case "write 1+1" -> throw new NbdException(NbdError.ENOMEM, "no memory");
                case "write 2+1" -> throw new IOException("broken disk");
                case "write 3+1" -> throw new HoldfastException(ErrorCode.DISK_FULL, "store", "full");
                case "read 4+1" -> throw new IOException("broken disk");
                default -> assertThat(call).isEqualTo("write 5+1");
            }
        });
        try (NbdServer server = serve(export);
                RawPeer peer = structured(server)) {
            peer.send(REQUEST + "0000 0001" + COOKIE + "0000000000000001 00000001 99")
                    .expect(error("0000000c", "no memory"))
                    .send(REQUEST + "0000 0001" + COOKIE + "0000000000000002 00000001 99")
                    .expect(error("00000005", "broken disk"))
                    .send(REQUEST + "0000 0001" + COOKIE + "0000000000000003 00000001 99")
                    .expect(error("0000001c", "store: full"))
                    .send(REQUEST + "0000 0000" + COOKIE + "0000000000000004 00000001")
                    .expect(error("00000005", "broken disk"))
                    .send(REQUEST + "0000 0001" + COOKIE + "0000000000000005 00000001 99")
                    .expect(SIMPLE + "00000000" + COOKIE);
        }
        assertThat(listener.awaitRefusal().error()).isEqualTo(NbdError.ENOMEM);
        assertThat(listener.awaitRefusal().error()).isEqualTo(NbdError.EIO);
        assertThat(listener.awaitRefusal().error()).isEqualTo(NbdError.ENOSPC);
        assertThat(listener.awaitRefusal().command()).isEqualTo(NbdCommand.READ);
    }

    @Test
    void anUnexpectedFailureOfAnExportEndsTheConnection() throws Exception {
        MemoryExport export = new MemoryExport(8192).withHook(_ -> {
            throw new IllegalStateException("a bug");
        });
        try (NbdServer server = serve(export);
                RawPeer peer = simple(server)) {
            peer.send(REQUEST + "0000 0001" + COOKIE + "0000000000000001 00000001 99")
                    .expectEnd();

            NbdConnectionEnd end = listener.awaitClosed();
            assertThat(end.kind()).isEqualTo(NbdConnectionEnd.Kind.EXPORT_FAILED);
            assertThat(end.detail()).contains("a bug");
        }
    }

    @Test
    void aWriteMuchTooLargeEndsTheConnection() throws Exception {
        try (NbdServer server = serve(new MemoryExport(8192));
                RawPeer peer = simple(server)) {
            peer.send(REQUEST + "0000 0001" + COOKIE + "0000000000000000 80000000")
                    .expect(SIMPLE + "0000001c" + COOKIE)
                    .expectEnd();

            NbdConnectionEnd end = listener.awaitClosed();
            assertThat(end.kind()).isEqualTo(NbdConnectionEnd.Kind.PROTOCOL_ERROR);
            assertThat(end.detail()).contains("a write of 2147483648 bytes");
        }
    }

    @Test
    void namesTheWayAConnectionEnds() throws Exception {
        try (NbdServer server = serve(new MemoryExport(8192))) {
            try (RawPeer peer = simple(server)) {
                peer.send("11111111".repeat(7)).expectEnd();
            }
            NbdConnectionEnd wrongMagic = listener.awaitClosed();
            assertThat(wrongMagic.kind()).isEqualTo(NbdConnectionEnd.Kind.PROTOCOL_ERROR);
            assertThat(wrongMagic.detail()).contains("0x11111111");

            simple(server).close();
            assertThat(listener.awaitClosed().kind()).isEqualTo(NbdConnectionEnd.Kind.END_OF_STREAM);

            try (RawPeer peer = simple(server)) {
                peer.send(REQUEST + "0000 0001" + COOKIE + "0000000000000000 00000010 9999")
                        .sendEnd()
                        .expectEnd();
            }
            assertThat(listener.awaitClosed().kind()).isEqualTo(NbdConnectionEnd.Kind.BROKEN);
        }
    }

    @Test
    void aWriteHandsItsOwnBufferOver() throws Exception {
        MemoryExport export = new MemoryExport(1 << 20);
        try (NbdServer server = serve(export);
                RawPeer peer = simple(server)) {
            peer.send(REQUEST + "0000 0001" + COOKIE + "0000000000000000 00000003 010203")
                    .receive(16);
            ByteBuffer first = Objects.requireNonNull(export.lastWritten());
            peer.send(REQUEST + "0000 0001" + COOKIE + "0000000000000000 00000003 040506")
                    .receive(16);

            assertThat(first.hasArray()).isTrue();
            assertThat(first.arrayOffset()).isZero();
            assertThat(first.array()).containsExactly(1, 2, 3);
            assertThat(Objects.requireNonNull(export.lastWritten()).array()).containsExactly(4, 5, 6);
        }
    }

    @Test
    void pipelinedRequestsAreServedInOrder() throws Exception {
        MemoryExport export = new MemoryExport(1 << 20);
        StringBuilder requests = new StringBuilder();
        StringBuilder replies = new StringBuilder();
        for (int i = 0; i < 200; i++) {
            requests.append(REQUEST + "0000 0001 %016x %016x 00000001 %02x".formatted(i, 7, i));
            replies.append(SIMPLE + "00000000 %016x".formatted(i));
        }
        try (NbdServer server = serve(export);
                RawPeer peer = simple(server)) {
            peer.send(requests.toString()).expect(replies.toString());
        }
        assertThat(export.content[7]).isEqualTo((byte) 199);
    }

    private static String error(String code, String text) {
        byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
        return CHUNK + "0001 8001" + COOKIE + "%08x %s %04x ".formatted(6 + bytes.length, code, bytes.length)
                + HexFormat.of().formatHex(bytes);
    }
}
