package io.holdfast.journal.testkit;

import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/** The bytes of a simulated file in pages that copies share until one of them is written, so that thousands of outcomes of a crash cost little. */
final class SimulatedBytes {

    private static final int PAGE_BYTES = 4096;
    private static final Page ZEROES = new Page(new byte[PAGE_BYTES], new Object());

    private final List<Page> pages = new ArrayList<>();
    private Object owner = new Object();
    private int size;

    /** A page is written only while its owner is that of the bytes it is in; a copy ends all ownership so far. */
    private record Page(byte[] bytes, Object owner) {}

    int size() {
        return size;
    }

    /** The same bytes, apart from now on. */
    SimulatedBytes copy() {
        SimulatedBytes copy = new SimulatedBytes();
        copy.pages.addAll(pages);
        copy.size = size;
        owner = new Object();
        return copy;
    }

    byte[] toArray() {
        byte[] all = new byte[size];
        read(0, ByteBuffer.wrap(all));
        return all;
    }

    int read(long position, ByteBuffer target) {
        int count = (int) Math.max(0, Math.min(target.remaining(), size - position));
        int at = (int) position;
        int end = at + count;
        while (at < end) {
            int within = at % PAGE_BYTES;
            int length = Math.min(end - at, PAGE_BYTES - within);
            target.put(pages.get(at / PAGE_BYTES).bytes, within, length);
            at += length;
        }
        return count;
    }

    /** Where the first page begins that is all zero; the end when none of those in between is. */
    int firstHole(int from, int to) {
        for (int at = from / PAGE_BYTES * PAGE_BYTES; at < to; at += PAGE_BYTES) {
            if (Arrays.equals(pages.get(at / PAGE_BYTES).bytes, ZEROES.bytes)) {
                return at;
            }
        }
        return to;
    }

    void write(int position, byte[] source, int from, int length) {
        int end = position + length;
        grow(end);
        int at = position;
        int next = from;
        while (at < end) {
            int within = at % PAGE_BYTES;
            int part = Math.min(end - at, PAGE_BYTES - within);
            System.arraycopy(source, next, own(at / PAGE_BYTES), within, part);
            at += part;
            next += part;
        }
    }

    /** Makes it longer, with zeroes, or cuts it. */
    void resize(int length) {
        grow(length);
        if (length < size) {
            int last = (length + PAGE_BYTES - 1) / PAGE_BYTES;
            pages.subList(last, pages.size()).clear();
            if (length % PAGE_BYTES != 0) {
                Arrays.fill(own(last - 1), length % PAGE_BYTES, PAGE_BYTES, (byte) 0);
            }
            size = length;
        }
    }

    private void grow(int length) {
        while (pages.size() * PAGE_BYTES < length) {
            pages.add(ZEROES);
        }
        size = Math.max(size, length);
    }

    private byte[] own(int index) {
        Page page = pages.get(index);
        if (page.owner != owner) {
            page = new Page(page.bytes.clone(), owner);
            pages.set(index, page);
        }
        return page.bytes;
    }
}
