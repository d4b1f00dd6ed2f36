package io.holdfast.journal.testkit;

import java.security.SecureRandom;
import java.util.Arrays;

/** Gives the same bytes in every run: each call is filled with its own number. */
public final class CountingRandom extends SecureRandom {

    private static final long serialVersionUID = 1L;

    private int call;

    @Override
    @SuppressWarnings("null") // the JDK class says nothing about null; ours does
    public void nextBytes(byte[] bytes) {
        call++;
        Arrays.fill(bytes, (byte) call);
    }
}
