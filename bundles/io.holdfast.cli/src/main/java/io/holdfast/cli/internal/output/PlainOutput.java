package io.holdfast.cli.internal.output;

import java.io.FilterOutputStream;
import java.io.IOException;
import java.io.OutputStream;

/** Lets text through and nothing that steers a terminal: names and labels come from others. Expects UTF-8. */
public final class PlainOutput extends FilterOutputStream {

    private static final int FIRST_OF_C1 = 0xc2;
    private static final int LAST_OF_C1 = 0x9f;
    private static final int DELETE = 0x7f;

    private boolean afterFirstOfC1;

    /**
     * Creates the filter.
     *
     * @param out where the text goes
     */
    public PlainOutput(OutputStream out) {
        super(out);
    }

    /**
     * Makes a text harmless.
     *
     * @param text any
     * @return the same with question marks for control characters
     */
    public static String plain(String text) {
        return text.replaceAll("\\p{Cntrl}", "?");
    }

    @Override
    public void write(int value) throws IOException {
        int next = value & 0xff;
        if (afterFirstOfC1) {
            afterFirstOfC1 = false;
            if (next <= LAST_OF_C1) {
                out.write('?');
                return;
            }
            out.write(FIRST_OF_C1);
        }
        if (next == FIRST_OF_C1) {
            afterFirstOfC1 = true;
        } else {
            out.write(next < ' ' && next != '\n' || next == DELETE ? '?' : next);
        }
    }

    @Override
    public void flush() throws IOException {
        out.flush();
    }
}
