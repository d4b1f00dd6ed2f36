package io.holdfast.wire;

/**
 * Counts credit on both ends. Credit is spent by {@link Message.Records} and {@link Message.Batch}; see
 * {@link Message#creditBytes}. Not thread-safe.
 *
 * @since 1.0
 */
public final class Credits {

    private Credits() {}

    /**
     * What the side that sends data may still send.
     *
     * @since 1.0
     */
    public static final class Sending {

        private long leftBytes;

        /**
         * Starts with what {@link Message.Welcome} gave.
         *
         * @param initialBytes at least 0
         */
        public Sending(long initialBytes) {
            Checks.range("credit", initialBytes, 0, Long.MAX_VALUE);
            leftBytes = initialBytes;
        }

        /**
         * Spends credit for one message, if there is enough.
         *
         * @param bytes as {@link Message#creditBytes} says for the message
         * @return whether it was spent; if not, the message has to wait
         */
        public boolean spend(long bytes) {
            Checks.range("credit to spend", bytes, 0, Long.MAX_VALUE);
            if (bytes > leftBytes) {
                return false;
            }
            leftBytes -= bytes;
            return true;
        }

        /**
         * Adds what {@link Message.Credit} gave. Saturates.
         *
         * @param bytes at least 1
         */
        public void grant(long bytes) {
            Checks.range("credit", bytes, 1, Long.MAX_VALUE);
            leftBytes = leftBytes > Long.MAX_VALUE - bytes ? Long.MAX_VALUE : leftBytes + bytes;
        }

        /**
         * Tells what is left.
         *
         * @return bytes, at least 0
         */
        public long leftBytes() {
            return leftBytes;
        }
    }

    /**
     * What the side that receives data has given and what it may give back. Returns are collected, so that a {@link Message.Credit} goes
     * out for each quarter of the window and not for each message.
     *
     * @since 1.0
     */
    public static final class Receiving {

        private final long windowBytes;
        private long outstandingBytes;
        private long freedBytes;

        /**
         * Starts with a window.
         *
         * @param windowBytes what {@link Message.Welcome} gives; at least the largest frame, or nothing could ever be sent
         */
        public Receiving(long windowBytes) {
            Checks.range("credit window", windowBytes, WireLimits.FRAME_BYTES_LEAST_MAX, Long.MAX_VALUE);
            this.windowBytes = windowBytes;
            this.outstandingBytes = windowBytes;
        }

        /**
         * Notes what arrived.
         *
         * @param bytes as {@link Message#creditBytes} says for the message
         * @return whether the peer had that much; if not, it broke the protocol
         */
        public boolean arrived(long bytes) {
            Checks.range("credit spent", bytes, 0, Long.MAX_VALUE);
            if (bytes > outstandingBytes) {
                return false;
            }
            outstandingBytes -= bytes;
            return true;
        }

        /**
         * Notes that the memory of something that arrived is free again.
         *
         * @param bytes at most what arrived and was not freed yet
         * @return the credit to give now with {@link Message.Credit}, 0 as long as it is less than a quarter of the window
         */
        public long freed(long bytes) {
            Checks.range("credit freed", bytes, 0, windowBytes - outstandingBytes - freedBytes);
            freedBytes += bytes;
            if (freedBytes < windowBytes / 4) {
                return 0;
            }
            long granted = freedBytes;
            freedBytes = 0;
            outstandingBytes += granted;
            return granted;
        }
    }
}
