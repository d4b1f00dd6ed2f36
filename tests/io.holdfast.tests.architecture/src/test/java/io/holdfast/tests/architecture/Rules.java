package io.holdfast.tests.architecture;

import com.tngtech.archunit.base.DescribedPredicate;
import com.tngtech.archunit.core.domain.JavaClass;
import java.util.Arrays;

/** Predicates that several rules share. */
final class Rules {

    private Rules() {}

    /** Classes of the project that are in none of the given packages or their sub-packages. */
    static DescribedPredicate<JavaClass> oursOutside(String... allowed) {
        return DescribedPredicate.describe(
                "of the project outside " + String.join(", ", allowed),
                type -> type.getPackageName().startsWith("io.holdfast")
                        && Arrays.stream(allowed)
                                .noneMatch(name -> type.getPackageName().equals(name)
                                        || type.getPackageName().startsWith(name + ".")));
    }
}
