package io.holdfast.nbd;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.net.UnixDomainSocketAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.HexFormat;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** The server's handshake, byte by byte. */
@Timeout(60)
class ServerHandshakeTest {

    private static final String OPTION = "49484156454f5054 ";
    private static final String REPLY = "0003e889045565a9 ";
    private static final String DISK = "00000004 6469736b ";
    private static final String ALLOCATION = "626173653a616c6c6f636174696f6e ";
    private static final String DISC = "25609513 0000 0002 0000000000000001 0000000000000000 00000000";

    private final RecordingListener listener = new RecordingListener();
    private final MemoryExport export = new MemoryExport(0x123456);
    private final Path folder;
    private final NbdServer server;

    ServerHandshakeTest(@TempDir Path folder) throws IOException {
        this.folder = folder;
        server = start("s", 10_000);
    }

    private NbdServer start(String socket, int handshakeMillisMax) throws IOException {
        NbdServerSettings settings = NbdServerSettings.at(UnixDomainSocketAddress.of(folder.resolve(socket)));
        return NbdServer.start(settings.withHandshakeMillisMax(handshakeMillisMax), export.as("disk"), listener);
    }

    @AfterEach
    void closeServer() {
        server.close();
    }

    private RawPeer greeted() throws IOException {
        return RawPeer.connect(server.address()).expect(RawPeer.GREETING).send("00000003");
    }

    @Test
    void goTellsSizeFlagsAndWhatWasAskedFor() throws Exception {
        try (RawPeer peer = greeted()) {
            peer.send(OPTION + "00000007 00000010" + DISK + "0003 0001 0002 0003")
                    .expect(REPLY + "00000007 00000003 0000000c 0000 0000000000123456 0d6d")
                    .expect(REPLY + "00000007 00000003 00000006 0001 6469736b")
                    .expect(REPLY + "00000007 00000003 0000000b 0002 696e206d656d6f7279")
                    .expect(REPLY + "00000007 00000003 0000000e 0003 00000001 00001000 02000000")
                    .expect(REPLY + "00000007 00000001 00000000");

            assertThat(listener.awaitOpened()).isEqualTo(new NbdConnectionInfo(1, "disk", "unix", ""));
            peer.send(DISC).expectEnd();
            assertThat(listener.awaitClosed().clean()).isTrue();
        }
    }

    @Test
    void infoTellsTheSameAndGoesOnHaggling() throws Exception {
        try (RawPeer peer = greeted()) {
            peer.send(OPTION + "00000006 0000000a" + DISK + "0000")
                    .expect(REPLY + "00000006 00000003 0000000c 0000 0000000000123456 0d6d")
                    .expect(REPLY + "00000006 00000001 00000000")
                    .send(OPTION + "00000002 00000000")
                    .expect(REPLY + "00000002 00000001 00000000")
                    .expectEnd();
            assertThat(listener.awaitNotOpened()).contains("without choosing");
        }
    }

    @Test
    void exportNameIsAnsweredWithoutZeroes() throws Exception {
        try (RawPeer peer = greeted()) {
            peer.send(OPTION + "00000001 00000004 6469736b")
                    .expect("0000000000123456 0d6d")
                    .send(DISC)
                    .expectEnd();
        }
    }

    @Test
    void exportNameIsAnsweredWithZeroesToAClientThatWantsThem() throws Exception {
        try (RawPeer peer =
                RawPeer.connect(server.address()).expect(RawPeer.GREETING).send("00000001")) {
            peer.send(OPTION + "00000001 00000004 6469736b")
                    .expect("0000000000123456 0d6d" + "00".repeat(124))
                    .send(DISC)
                    .expectEnd();
        }
    }

    @Test
    void anUnknownExportIsAnErrorToGoAndTheEndToExportName() throws Exception {
        try (RawPeer peer = greeted()) {
            peer.send(OPTION + "00000007 0000000a 00000004 6469736c 0000")
                    .expect(refusal(7, "80000006", "there is no export \"disl\""))
                    .send(OPTION + "00000001 00000004 6469736c")
                    .expectEnd();
        }
        assertThat(listener.awaitNotOpened()).contains("there is no export \"disl\"");
    }

    @Test
    void structuredRepliesAndContextsAreAgreed() throws Exception {
        try (RawPeer peer = greeted()) {
            peer.send(OPTION + "00000008 00000000")
                    .expect(REPLY + "00000008 00000001 00000000")
                    .send(OPTION + "00000009 00000015" + DISK + "00000001 00000005 626173653a")
                    .expect(REPLY + "00000009 00000004 00000013 00000000" + ALLOCATION)
                    .expect(REPLY + "00000009 00000001 00000000")
                    .send(OPTION + "0000000a 00000028" + DISK + "00000002 00000005 626173653a 0000000f" + ALLOCATION)
                    .expect(REPLY + "0000000a 00000004 00000013 00000001" + ALLOCATION)
                    .expect(REPLY + "0000000a 00000001 00000000")
                    .send(OPTION + "00000007 0000000a" + DISK + "0000")
                    .expect(REPLY + "00000007 00000003 0000000c 0000 0000000000123456 0ded")
                    .expect(REPLY + "00000007 00000001 00000000")
                    .send(DISC)
                    .expectEnd();
        }
    }

    @Test
    void listNamesExportsWithTheirDescription() throws Exception {
        try (RawPeer peer = greeted()) {
            peer.send(OPTION + "00000003 00000000")
                    .expect(REPLY + "00000003 00000002 00000011" + DISK + "696e206d656d6f7279")
                    .expect(REPLY + "00000003 00000001 00000000")
                    .send(OPTION + "00000003 00000001 00")
                    .expect(refusal(3, "80000003", "1 bytes of data; expected none"));
        }
    }

    @Test
    void contextsNeedStructuredReplies() throws Exception {
        try (RawPeer peer = greeted()) {
            peer.send(OPTION + "0000000a 0000000c" + DISK + "00000000")
                    .expect(refusal(10, "80000003", "structured replies come first"));
        }
    }

    @Test
    void whatIsNotOfferedIsRefusedAndHagglingGoesOn() throws Exception {
        try (RawPeer peer = greeted()) {
            peer.send(OPTION + "0000000b 00000000")
                    .expect(refusal(11, "80000001", "option 11 is not known"))
                    .send(OPTION + "00000005 00000000")
                    .expect(refusal(5, "80000002", "this server does not offer TLS"))
                    .send(OPTION + "00000007 00000003 000000")
                    .expect(refusal(7, "80000003", "the option's data is too short"))
                    .send(OPTION + "00000007 0000000a 00000005 6469736b 0000")
                    .expect(refusal(7, "80000003", "the export's name is not UTF-8 or has a zero character"))
                    .send(OPTION + "00000007 0000000a 7fffffff 6469736b 0000")
                    .expect(refusal(7, "80000003", "the export's name of 2147483647 bytes; 6 are there"))
                    .send(OPTION + "00000007 0000000a 00000004 64ff736b 0000")
                    .expect(refusal(7, "80000003", "the export's name is not UTF-8 or has a zero character"))
                    .send(OPTION + "00000007 0000000c" + DISK + "0002 0000")
                    .expect(refusal(7, "80000003", "2 information requests in 2 bytes"))
                    .send(OPTION + "00000002 00000000")
                    .expect(REPLY + "00000002 00000001 00000000")
                    .expectEnd();
        }
    }

    @Test
    void anOptionTooLargeIsSkippedAndRefused() throws Exception {
        try (RawPeer peer = greeted()) {
            peer.send(OPTION + "00000007 00010001")
                    .send(new byte[0x10001])
                    .expect(refusal(7, "80000009", "65537 bytes; at most 65536"));
            byte[] name = new byte[4097 + 6];
            name[2] = 0x10;
            name[3] = 0x01;
            peer.send(OPTION + "00000007 00001007")
                    .send(name)
                    .expect(refusal(7, "80000009", "the export's name of 4097 bytes; at most 4096"));
        }
    }

    @Test
    void whatCannotBeSkippedEndsTheConnection() throws Exception {
        assertEnds("", "00000004", "client flags 0x4");
        assertEnds("", "00000002", "does not speak fixed newstyle");
        assertEnds("00000003", "1122334455667788 00000007 00000000", "expected IHAVEOPT");
        assertEnds("00000003", OPTION + "00000007 ffffffff", "option 7 of 4294967295 bytes");
    }

    private void assertEnds(String flags, String sent, String reason) throws Exception {
        try (RawPeer peer = RawPeer.connect(server.address())
                .expect(RawPeer.GREETING)
                .send(flags)
                .send(sent)) {
            peer.expectEnd();
        }
        assertThat(listener.awaitNotOpened()).contains(reason);
    }

    @Test
    void aClientThatSaysNothingIsLetGo() throws Exception {
        try (NbdServer impatient = start("t", 50)) {
            try (RawPeer peer = RawPeer.connect(impatient.address()).expect(RawPeer.GREETING)) {
                peer.expectEnd();
            }
            assertThat(listener.awaitNotOpened()).isEqualTo("the handshake took too long");
        }
    }

    @Test
    void aClientThatHasChosenMayBeIdle() throws Exception {
        try (NbdServer impatient = start("t", 700);
                RawPeer idle = RawPeer.connect(impatient.address())
                        .expect(RawPeer.GREETING)
                        .send("00000003")) {
            idle.send(OPTION + "00000001 00000004 6469736b").receive(10);
            try (RawPeer slow = RawPeer.connect(impatient.address())
                    .expect(RawPeer.GREETING)
                    .send("00000003 49484156")) {
                slow.expectEnd();
            }
            idle.send("25609513 0000 0003 0000000000000009 0000000000000000 00000000")
                    .expect("67446698 00000000 0000000000000009");
        }
    }

    private static String refusal(int option, String type, String text) {
        byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
        return REPLY
                + "%08x %s %08x ".formatted(option, type, bytes.length)
                + HexFormat.of().formatHex(bytes);
    }
}
