package io.holdfast.model;

/**
 * A mobility agent that was taken in.
 *
 * @param id its identity for ever
 * @param name what people call it; unique
 * @param version of its software, as last told; empty before
 * @param certificateSerial serial number of its newest certificate, hexadecimal
 * @param certificateExpiresMillis when that ends
 * @param enrolledMillis when it was taken in, by the appliance's clock
 * @since 1.0
 */
public record Agent(
        String id,
        String name,
        String version,
        String certificateSerial,
        long certificateExpiresMillis,
        long enrolledMillis) {}
