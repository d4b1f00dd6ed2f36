package io.holdfast.harness.stage;

/** What is destroyed. */
public enum RunKind {
    /** QEMU alone; all roles run in one process, which lives on. */
    MACHINE("machine"),
    /** QEMU, agent and guard in one instant; the other roles run in another process. */
    SITE("site");

    private final String word;

    RunKind(String word) {
        this.word = word;
    }

    /** How the figures and the command line name it. */
    public String word() {
        return word;
    }

    /** Reads what {@link #word} gives. */
    public static RunKind parse(String text) {
        for (RunKind kind : values()) {
            if (kind.word.equals(text)) {
                return kind;
            }
        }
        throw new IllegalArgumentException("--run '" + text + "'; expected machine or site");
    }
}
