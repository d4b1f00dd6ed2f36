package io.holdfast.harness;

import java.util.List;

/**
 * Compares what a guest has acknowledged with what its disks hold.
 *
 * <p>For a point S, a transaction counts as acknowledged when its line was read with a stamp of at most S. It is lost when nothing of it is
 * there, torn when only one disk has it; a record on either disk that claims to be whole and fails its hash is torn whether it was
 * acknowledged or not. A transaction that was not acknowledged may be there in part: that is a state a crash may leave.
 *
 * <p>After a loss of the whole source everything that was ever acknowledged counts. What was read with a later stamp than the point's is lost then
 * unless it is whole: a point in the midst of a transaction has a part of it.
 */
public final class Verifier {

    /** Every acknowledged transaction counts, whenever it was read. */
    public static final long EVERYTHING = Long.MAX_VALUE;

    private Verifier() {}

    /**
     * Judges.
     *
     * @param found what the disks hold
     * @param commits what was acknowledged, in any order
     * @param point the sequence of the point that was recovered, or {@link #EVERYTHING}
     * @return the verdict on what was acknowledged up to the point
     */
    public static Verdict judge(DiskContents found, List<Commit> commits, long point) {
        return judge(found, commits, point, point);
    }

    /**
     * Judges after a loss of the whole source.
     *
     * @param found what the disks hold
     * @param commits what was acknowledged, in any order
     * @param point the sequence of the point that was recovered
     * @return the verdict on all that was acknowledged
     */
    public static Verdict judgeAll(DiskContents found, List<Commit> commits, long point) {
        return judge(found, commits, point, EVERYTHING);
    }

    private static Verdict judge(DiskContents found, List<Commit> commits, long point, long lastCounted) {
        NumberSet acknowledged = new NumberSet();
        NumberSet recovered = new NumberSet();
        NumberSet lost = new NumberSet();
        NumberSet retired = new NumberSet();
        NumberSet torn = new NumberSet().addAll(found.badFiles()).addAll(found.badRows());
        int oldest = found.last() - found.kept();
        for (Commit commit : commits) {
            if (commit.stamp() > lastCounted) {
                continue;
            }
            int number = commit.number();
            boolean file = found.files().contains(number);
            boolean row = found.rows().contains(number);
            acknowledged.add(number);
            if (file && row) {
                if (!torn.contains(number)) {
                    recovered.add(number);
                }
            } else if (number <= oldest) {
                retired.add(number);
            } else if ((file || row) && commit.stamp() <= point) {
                torn.add(number);
            } else {
                lost.add(number);
            }
        }
        return new Verdict(
                acknowledged, recovered, lost, torn, retired, rowsWithoutRecord(found, oldest), found.integrity());
    }

    private static NumberSet rowsWithoutRecord(DiskContents found, int oldest) {
        NumberSet rows = new NumberSet();
        found.rows().stream()
                .filter(number -> number > oldest && !found.files().contains(number))
                .forEach(rows::add);
        return rows;
    }
}
