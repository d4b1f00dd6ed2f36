package io.holdfast.nbd;

import io.holdfast.base.ErrorCode;
import io.holdfast.base.HoldfastException;
import io.holdfast.nbd.internal.ClientAgreement;
import io.holdfast.nbd.internal.ClientConnection;
import io.holdfast.nbd.internal.ClientHandshake;
import io.holdfast.nbd.internal.ConnectFailure;
import io.holdfast.nbd.internal.PendingRequest;
import io.holdfast.nbd.internal.Protocol;
import io.holdfast.nbd.internal.TimedTransport;
import java.io.IOException;
import java.net.SocketAddress;
import java.nio.ByteBuffer;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.TimeUnit;

/**
 * One connection to an export of an NBD server. Thread-safe: calls of several threads are in flight at the same time and may be served in any
 * order, so a caller that needs an order waits for the first call.
 *
 * <p>Every call ends within the time limit of the options. One that does not, like a server that breaks the protocol, closes the connection,
 * and every call in progress or later throws {@link NbdConnectionException}; whether an outstanding change was applied is then unknown. An
 * error that the server answers is an {@link NbdException} and leaves the connection usable.
 *
 * @since 1.0
 */
public final class NbdClient implements AutoCloseable {

    private static final long SPAN_MAX = 0xFFFF_0000L;
    private static final long EFFECT_MAX = 1L << 30;

    private final ClientConnection connection;
    private final ClientAgreement agreement;
    private final String exportName;
    private final Set<NbdFeature> features = EnumSet.noneOf(NbdFeature.class);

    private NbdClient(ClientConnection connection, ClientAgreement agreement, String exportName) {
        this.connection = connection;
        this.agreement = agreement;
        this.exportName = exportName;
        for (NbdFeature feature : NbdFeature.values()) {
            if ((agreement.transmissionFlags() & feature.mask()) != 0) {
                features.add(feature);
            }
        }
    }

    /**
     * Connects and chooses an export.
     *
     * @param address a {@code UnixDomainSocketAddress} or a resolved {@code InetSocketAddress}
     * @param exportName the export; empty for the server's default
     * @param options how
     * @return a client to be closed
     * @throws NbdConnectionException when no connection was made; its code says why
     */
    public static NbdClient connect(SocketAddress address, String exportName, NbdClientOptions options)
            throws NbdConnectionException {
        TimedTransport socket = open(address, options);
        try {
            ClientAgreement agreement =
                    new ClientHandshake(socket, options.tls()).choose(exportName, options.contexts());
            return new NbdClient(ClientConnection.start(socket, agreement, options), agreement, exportName);
        } catch (IOException e) {
            socket.close();
            throw ConnectFailure.of(address, e);
        } catch (RuntimeException e) {
            socket.close();
            throw e;
        }
    }

    /**
     * Asks a server for the names of its exports.
     *
     * @param address a {@code UnixDomainSocketAddress} or a resolved {@code InetSocketAddress}
     * @param options how
     * @return what the server shows, at most 65,536 names
     * @throws NbdConnectionException when the server could not be asked, or does not tell
     */
    public static List<String> list(SocketAddress address, NbdClientOptions options) throws NbdConnectionException {
        try (TimedTransport socket = open(address, options)) {
            return new ClientHandshake(socket, options.tls()).list();
        } catch (IOException e) {
            throw ConnectFailure.of(address, e);
        }
    }

    private static TimedTransport open(SocketAddress address, NbdClientOptions options) throws NbdConnectionException {
        try {
            return TimedTransport.connect(address, TimeUnit.MILLISECONDS.toNanos(options.timeoutMillis()));
        } catch (IOException e) {
            throw ConnectFailure.of(address, e);
        }
    }

    /**
     * The size that the server told when the connection was made.
     *
     * @return bytes
     */
    public long sizeBytes() {
        return agreement.sizeBytes();
    }

    /**
     * Tells whether the server refuses every change.
     *
     * @return as the server said
     */
    public boolean readOnly() {
        return (agreement.transmissionFlags() & Protocol.TRANSMISSION_READ_ONLY) != 0;
    }

    /**
     * What the server offers.
     *
     * @return a copy
     */
    public Set<NbdFeature> features() {
        return EnumSet.copyOf(features);
    }

    /**
     * What requests must keep to. Calls longer than the largest payload are split.
     *
     * @return as the server said, the payload brought down to what we can do
     */
    public NbdBlockSizes blockSizes() {
        return agreement.sizes();
    }

    /**
     * The metadata contexts that were asked for and that the server has.
     *
     * @return names
     */
    public Set<String> contexts() {
        return Set.copyOf(agreement.contexts().keySet());
    }

    /**
     * Tells whether calls can be made.
     *
     * @return false once the connection has failed or was closed
     */
    public boolean usable() {
        return connection.usable();
    }

    /**
     * Fills a buffer.
     *
     * @param offset first byte
     * @param target receives exactly its remaining bytes; its position moves when everything was read, and its content is unspecified after
     *     an error
     * @throws IOException see the class
     */
    public void read(long offset, ByteBuffer target) throws IOException {
        check(offset, target.remaining());
        int begin = target.position();
        int length = target.remaining();
        for (int done = 0; done < length; ) {
            int piece = Math.min(length - done, payloadMax());
            ByteBuffer part = target.slice(begin + done, piece);
            connection.call(new PendingRequest(NbdCommand.READ, offset + done, piece, part), 0);
            done += piece;
        }
        target.position(begin + length);
    }

    /**
     * Writes a buffer.
     *
     * @param offset first byte
     * @param data what remains of it is written; its position moves when everything was written
     * @param fua true to return only when the data is on stable storage; where the server cannot, a flush follows
     * @throws IOException see the class; {@code ENOTSUP} when the data cannot be forced to stable storage
     */
    public void write(long offset, ByteBuffer data, boolean fua) throws IOException {
        check(offset, data.remaining());
        int flags = fuaFlag(fua);
        int begin = data.position();
        int length = data.remaining();
        for (int done = 0; done < length; ) {
            int piece = Math.min(length - done, payloadMax());
            ByteBuffer part = data.slice(begin + done, piece);
            connection.call(new PendingRequest(NbdCommand.WRITE, offset + done, piece), flags, part);
            done += piece;
        }
        data.position(begin + length);
        flushInstead(fua);
    }

    /**
     * Makes a range read as zeroes.
     *
     * @param offset first byte
     * @param length bytes
     * @param fua true to return only when the change is on stable storage; where the server cannot, a flush follows
     * @param noHole true when the range must stay allocated
     * @throws IOException see the class; {@code ENOTSUP} when the server does not offer it
     */
    public void writeZeroes(long offset, long length, boolean fua, boolean noHole) throws IOException {
        require(NbdFeature.WRITE_ZEROES);
        effect(NbdCommand.WRITE_ZEROES, offset, length, fuaFlag(fua) | (noHole ? Protocol.CMD_FLAG_NO_HOLE : 0));
        flushInstead(fua);
    }

    /**
     * Tells the server that the content of a range is not needed any more; what it reads as afterwards is not known.
     *
     * @param offset first byte
     * @param length bytes
     * @param fua true to return only when the change, if any, is on stable storage; where the server cannot, a flush follows
     * @throws IOException see the class; {@code ENOTSUP} when the server does not offer it
     */
    public void trim(long offset, long length, boolean fua) throws IOException {
        require(NbdFeature.TRIM);
        effect(NbdCommand.TRIM, offset, length, fuaFlag(fua));
        flushInstead(fua);
    }

    /**
     * Puts every write answered so far on stable storage.
     *
     * @throws IOException see the class; {@code ENOTSUP} when the server does not offer it
     */
    public void flush() throws IOException {
        require(NbdFeature.FLUSH);
        connection.call(new PendingRequest(NbdCommand.FLUSH, 0, 0), 0);
    }

    /**
     * Asks once for the status of a range.
     *
     * @param context one of {@link #contexts()}
     * @param offset first byte
     * @param length bytes; what is above 4 GiB is left for the next call
     * @return at least one extent, in ascending order from {@code offset} on without a gap, within the range but perhaps not to its end; at
     *     most 1,048,576
     * @throws IOException see the class
     */
    public List<NbdExtent> blockStatus(String context, long offset, long length) throws IOException {
        Integer id = agreement.contexts().get(context);
        if (id == null || length < 1) {
            throw new HoldfastException(
                    ErrorCode.INVALID_ARGUMENT,
                    label(),
                    "status of " + length + " bytes in " + context + "; expected at least one, in one of "
                            + contexts());
        }
        check(offset, length);
        PendingRequest request = new PendingRequest(NbdCommand.BLOCK_STATUS, offset, Math.min(length, SPAN_MAX));
        connection.call(request, 0);
        List<NbdExtent> extents = request.extents(id);
        if (extents == null) {
            throw new NbdException(NbdError.EINVAL, "the server left the status in " + context + " out");
        }
        return extents;
    }

    /**
     * Asks for the status of a range until all of it is known.
     *
     * @param context one of {@link #contexts()}
     * @param offset first byte
     * @param length bytes
     * @param sink receives extents that cover the range; neighbours may have equal flags
     * @throws IOException see the class
     */
    public void forEachExtent(String context, long offset, long length, NbdExtentSink sink) throws IOException {
        long end = Math.addExact(offset, length);
        for (long at = offset; at < end; ) {
            for (NbdExtent extent : blockStatus(context, at, end - at)) {
                if (!sink.extent(extent.offset(), extent.length(), extent.flags())) {
                    return;
                }
                at = extent.offset() + extent.length();
            }
        }
    }

    private void effect(NbdCommand command, long offset, long length, int flags) throws IOException {
        check(offset, length);
        for (long done = 0; done < length; ) {
            long piece = Math.min(length - done, EFFECT_MAX);
            connection.call(new PendingRequest(command, offset + done, piece), flags);
            done += piece;
        }
    }

    private int payloadMax() {
        return agreement.sizes().payloadMax() & -agreement.sizes().minimum();
    }

    private int fuaFlag(boolean fua) {
        return fua && features.contains(NbdFeature.FUA) ? Protocol.CMD_FLAG_FUA : 0;
    }

    private void flushInstead(boolean fua) throws IOException {
        if (fua && !features.contains(NbdFeature.FUA)) {
            flush();
        }
    }

    private void require(NbdFeature feature) throws NbdException {
        if (!features.contains(feature)) {
            throw new NbdException(NbdError.ENOTSUP, label() + ": the server does not offer " + feature);
        }
    }

    private void check(long offset, long length) {
        if (offset < 0 || length < 0 || offset > sizeBytes() || length > sizeBytes() - offset) {
            throw new HoldfastException(
                    ErrorCode.INVALID_ARGUMENT,
                    label(),
                    "range " + offset + "+" + length + "; expected within 0 to " + sizeBytes());
        }
        if (!agreement.sizes().aligned(offset, length)) {
            throw new HoldfastException(
                    ErrorCode.INVALID_ARGUMENT,
                    label(),
                    "range " + offset + "+" + length + "; expected multiples of "
                            + agreement.sizes().minimum());
        }
    }

    private String label() {
        return "NBD export \"" + exportName + "\"";
    }

    /** Says goodbye to the server and closes the connection, within two seconds. Calls in progress fail. */
    @Override
    public void close() {
        connection.close();
    }
}
