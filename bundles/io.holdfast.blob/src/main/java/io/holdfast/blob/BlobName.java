package io.holdfast.blob;

import io.holdfast.base.ErrorCode;
import io.holdfast.base.HoldfastException;
import io.holdfast.base.MachineId;

/**
 * Names an object. A machine's numbers have no gap, across all its epochs: number n+1 is claimed only by the writer that saw n, so winning a number
 * is winning the right to write.
 *
 * @param machine whose object
 * @param number 1 and up
 * @since 1.0
 */
public record BlobName(MachineId machine, long number) implements Comparable<BlobName> {

    public BlobName {
        if (number < 1) {
            throw new HoldfastException(
                    ErrorCode.INVALID_ARGUMENT, "object number", number + " given; expected at least 1");
        }
    }

    @Override
    @SuppressWarnings("null") // the JDK interface says nothing about null; ours does
    public int compareTo(BlobName other) {
        int byMachine = machine.compareTo(other.machine);
        return byMachine != 0 ? byMachine : Long.compare(number, other.number);
    }

    @Override
    public String toString() {
        return machine + "/" + number;
    }
}
