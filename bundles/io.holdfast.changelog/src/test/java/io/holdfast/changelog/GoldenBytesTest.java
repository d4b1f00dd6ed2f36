package io.holdfast.changelog;

import static io.holdfast.changelog.LogFixture.disk;
import static io.holdfast.changelog.LogFixture.readAll;
import static io.holdfast.changelog.LogFixture.settings;
import static org.assertj.core.api.Assertions.assertThat;

import io.holdfast.base.stream.ChangeOrigin;
import io.holdfast.base.stream.DiskDescription;
import io.holdfast.base.stream.DiskTable;
import io.holdfast.base.stream.ExtentKind;
import io.holdfast.base.stream.GapCause;
import io.holdfast.base.stream.MarkerKind;
import io.holdfast.base.stream.StreamRecord;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Format 1.0 as released: what is written today is these bytes, and these bytes are read for ever. */
class GoldenBytesTest {

    private static final List<DiskDescription> DISKS = List.of(disk(2, 1 << 30));
    private static final byte[] DATA = "bytes of the guest".getBytes(StandardCharsets.US_ASCII);
    private static final List<StreamRecord> RECORDS = List.of(
            new StreamRecord.Disks(41, 1_700_000_000_000L, new DiskTable(3, DISKS)),
            new StreamRecord.Change(
                    42,
                    1_700_000_000_001L,
                    ChangeOrigin.GUEST,
                    2,
                    513,
                    DATA.length,
                    ExtentKind.DATA,
                    ByteBuffer.wrap(DATA)),
            new StreamRecord.Change(
                    43,
                    1_700_000_000_002L,
                    ChangeOrigin.COPY,
                    2,
                    4096,
                    8192,
                    ExtentKind.ZERO,
                    StreamRecord.Change.NO_DATA),
            new StreamRecord.Ready(44, 1_700_000_000_003L),
            new StreamRecord.Proof(44, 1_700_000_000_004L, 123_456_789L),
            new StreamRecord.Marker(45, 1_700_000_000_005L, MarkerKind.APPLICATION_CONSISTENT, "vor dem Umzug ✓"),
            new StreamRecord.Gap(46, 1_700_000_000_006L, GapCause.LOG_FULL, "bound reached"));

    enum Vector {
        CLEAR(false, """
                000000 484f4c4448524c00c1cef16e000100006f1c2a340d7e4f679f1e2f8a52d0c9aa
                000020 baf79be4b6f462986d66a02f36c92e8700000000000000010000000000000009
                000040 0000000000000029000200010100000000000000000000000000000000000000
                000060 0002000000000000000000000000000000000000000000000000000000000000
                001000 48524c47a414fb64baf79be4b6f462986d66a02f36c92e870000000000001000
                001020 0000000000000009000000000000002e0000000000000028000000070000016a
                001040 b8c7f20400000000000000000000000000000000000000000000000000000000
                001060 060000000000002200000000000000290000018bcfe568000000000000000000
                001080 0000000000000000000000030001000200000000400000000000020000001000
                0010a0 000876697274696f2d320111000200000012000000000000002a0000018bcfe5
                0010c0 6801000000000000020100000000000000126279746573206f66207468652067
                0010e0 756573740122000200000000000000000000002b0000018bcfe5680200000000
                001100 0000100000000000000020000400000000000000000000000000002c0000018b
                001120 cfe5680300000000000000000000000000000000020000000000000000000000
                001140 0000002c0000018bcfe5680400000000075bcd15000000000000000005020000
                001160 00000011000000000000002d0000018bcfe56805000000000000000000000000
                001180 00000000766f722064656d20556d7a756720e29c93030400000000000d000000
                0011a0 000000002e0000018bcfe5680600000000000000000000000000000000626f75
                0011c0 6e64207265616368656400000000000000000000000000000000000000000000
                002000 48524c47c810bb63baf79be4b6f462986d66a02f36c92e870000000000002000
                002020 00000000000000090000000000000000000000000000002e0000000000000000
                003000
                """),
        SEALED(true, """
                000000 484f4c4448524c00001db51e000100006f1c2a340d7e4f679f1e2f8a52d0c9aa
                000020 baf79be4b6f462986d66a02f36c92e8700000000000000010000000000000009
                000040 000000000000002900020001010100004a69788001abdc416f6dae558307c7b8
                000060 0002000000000000000000000000000000000000000000000000000000000000
                001000 48524c47b28bff46baf79be4b6f462986d66a02f36c92e870000000000001000
                001020 0000000000000009000000000000002e0000000000000028000000070000017a
                001040 26479850a126df22663b6d3606c1f8f800000000000000000000000000000000
                001060 bfd67e3d890f6550ae89c447d891dbf83a3bb9b2cff2d9417ab971f07394d6c6
                001080 b3ced0dda4275d8b2ff40720dd6fe11fed661c32cc28782cdb13a44a9f7a492b
                0010a0 5085c5c0e302ecd814b608feaa594c4f889ec93d52e5faa7664dce635f6af790
                0010c0 139248b88a94c0d509c9a536879aa480c9d7cdea7b875f95e72504bfd4b4a8c8
                0010e0 94d741352a9475f85690e79c34119964031f2c72b853699e7b00bb60006d5a31
                001100 82783a8b7ff5e0f179072010212bff88463e80bea60358f902f8d7e2a852958b
                001120 8f8030d8bb1ee201a33a01a928d0bc7ca135f10887b3b36c63d6394b987fe9fc
                001140 5136e12b6a7dd298ef7b9d3fd741b7bcbd2c2a206f45959ede79a7cdb087e61f
                001160 0b5179b2409a6ad6e917330e3f905aaa925b681f1dd449983385b65311207f9d
                001180 2f84a0330616e4e11f3630bdd21cbd2c205251a5cff2870f77728cdd9cb7e0c3
                0011a0 156038a7717567ad217d8b722fce08144c9fc2f5448405d65cec17a3b5dabb65
                0011c0 46cff4741f53f1bc97216cd42f238c9bd8948f6e837e6ed27d96000000000000
                002000 48524c479c5b0b4cbaf79be4b6f462986d66a02f36c92e870000000000002000
                002020 00000000000000090000000000000000000000000000002e0000000000000010
                002040 c71c2736e8f7cafb3063976349354e4700000000000000000000000000000000
                002060 7b41bc944e03acddeb96ecbcddbb09cf00000000000000000000000000000000
                003000
                """);

        private final boolean encrypted;
        private final String bytes;

        Vector(boolean encrypted, String bytes) {
            this.encrypted = encrypted;
            this.bytes = bytes;
        }
    }

    @ParameterizedTest
    @EnumSource
    void writesTheReleasedBytes(Vector vector) {
        CrashStorage storage = new CrashStorage(new Random(1));
        ChangeLog log = ChangeLog.open(storage, settings(vector.encrypted), new Random(11));
        log.begin(9, 41, DISKS);
        log.append(9, RECORDS);
        log.sync();
        log.rest();

        assertThat(SparseHex.of(storage.bytes("disk-2.hrl"))).isEqualTo(vector.bytes);
    }

    @ParameterizedTest
    @EnumSource
    void readsTheReleasedBytes(Vector vector) {
        CrashStorage storage = new CrashStorage(new Random(1));
        storage.replace("disk-2.hrl", SparseHex.parse(vector.bytes));

        ChangeLog log = ChangeLog.open(storage, settings(vector.encrypted), new Random(12));

        assertThat(log.recovery()).isEqualTo(new LogRecovery(41, 46, 9, 1_700_000_000_006L, List.of()));
        assertThat(readAll(log, 41)).isEqualTo(RECORDS);
    }
}
