package io.holdfast.harness;

/**
 * What a recovered machine has of what it had acknowledged.
 *
 * @param acknowledged transactions that count
 * @param recovered those of them that are whole on both disks
 * @param lost those of them of which nothing is there, or that came after the point and are not whole
 * @param torn those of them up to the point of which only a part is there, and every record on either disk that claims to be whole and is not
 * @param retired those of them that the guest had removed by its own rule, being old
 * @param outOfOrder rows without their record, which the guest writes first: the disks are not from the same instant
 * @param integrity what the database says of itself
 */
public record Verdict(
        NumberSet acknowledged,
        NumberSet recovered,
        NumberSet lost,
        NumberSet torn,
        NumberSet retired,
        NumberSet outOfOrder,
        String integrity) {

    /** Whether nothing is torn, out of order or damaged; something may be lost. */
    public boolean consistent() {
        return torn.size() == 0 && outOfOrder.size() == 0 && integrity.equals("ok");
    }

    /** Whether all is there, and whole. */
    public boolean complete() {
        return consistent() && lost.size() == 0;
    }

    @Override
    public String toString() {
        return "acknowledged " + acknowledged.size() + ", recovered " + recovered.size() + ", lost " + lost.size()
                + " [" + lost + "], torn "
                + torn.size() + " [" + torn + "], retired " + retired.size() + ", out of order " + outOfOrder.size()
                + " [" + outOfOrder
                + "], integrity " + integrity;
    }
}
