package io.holdfast.configserver.internal.plans;

/** Names of the arguments of jobs, as they are kept in the catalog. */
public final class Arguments {

    /** A {@link io.holdfast.model.PointChoice} as text. */
    public static final String POINT = "point";

    /** A {@link io.holdfast.model.NetworkChoice} as text. */
    public static final String NETWORK = "network";

    /** {@code true} or {@code false}: fail over also while the source runs. */
    public static final String FORCE = "force";

    /** A {@link io.holdfast.configserver.HistoryFate}. */
    public static final String HISTORY = "history";

    /** How long to pause; 0 until resumed. */
    public static final String MINUTES = "minutes";

    /** A {@link io.holdfast.base.stream.MarkerKind}. */
    public static final String MARKER_KIND = "markerKind";

    /** The name of a marked point. */
    public static final String LABEL = "label";

    private Arguments() {}
}
