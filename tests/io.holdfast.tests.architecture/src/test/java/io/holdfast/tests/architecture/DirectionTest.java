package io.holdfast.tests.architecture;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;

import com.tngtech.archunit.core.domain.JavaClasses;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

class DirectionTest {

    private static final String[] ENGINES = {
        "io.holdfast.base..",
        "io.holdfast.blob..",
        "io.holdfast.journal..",
        "io.holdfast.wire..",
        "io.holdfast.nbd..",
        "io.holdfast.changelog.."
    };

    private static JavaClasses classes;

    @BeforeAll
    static void read() {
        classes = Tree.classes();
    }

    @Test
    void baseDependsOnNothingOfOurs() {
        noClasses()
                .that()
                .resideInAPackage("io.holdfast.base..")
                .should()
                .dependOnClassesThat(Rules.oursOutside("io.holdfast.base"))
                .check(classes);
    }

    @Test
    void modelDependsOnBaseAlone() {
        noClasses()
                .that()
                .resideInAPackage("io.holdfast.model..")
                .should()
                .dependOnClassesThat(Rules.oursOutside("io.holdfast.base", "io.holdfast.model"))
                .check(classes);
    }

    @Test
    void recoveryStoreNeedsBaseAndBlobAlone() {
        noClasses()
                .that()
                .resideInAPackage("io.holdfast.journal..")
                .should()
                .dependOnClassesThat(Rules.oursOutside("io.holdfast.base", "io.holdfast.blob", "io.holdfast.journal"))
                .check(classes);
    }

    @Test
    void enginesKnowNoFrameworkNoNetworkLibraryAndNoDatabase() {
        noClasses()
                .that()
                .resideInAnyPackage(ENGINES)
                .should()
                .dependOnClassesThat()
                .resideInAnyPackage("org.osgi..", "org.apache.mina..", "java.sql..", "org.eclipse..", "jakarta..")
                .check(classes);
    }

    @Test
    void onlyTheTransportKnowsMina() {
        noClasses()
                .that()
                .resideOutsideOfPackage("io.holdfast.transport..")
                .should()
                .dependOnClassesThat()
                .resideInAPackage("org.apache.mina..")
                .check(classes);
    }

    @Test
    void onlyTheRestInterfaceKnowsJettyAndServlets() {
        noClasses()
                .that()
                .resideOutsideOfPackage("io.holdfast.console.rest..")
                .should()
                .dependOnClassesThat()
                .resideInAnyPackage("org.eclipse.jetty..", "jakarta.servlet..")
                .check(classes);
    }

    @Test
    void onlyTheCatalogOnJdbcKnowsTheDatabase() {
        noClasses()
                .that()
                .resideOutsideOfPackage("io.holdfast.catalog.jdbc..")
                .should()
                .dependOnClassesThat()
                .resideInAnyPackage("java.sql..", "javax.sql..", "liquibase..", "com.zaxxer..", "org.apache.derby..")
                .check(classes);
    }

    @Test
    void rolesMeetAdaptersAsServices() {
        noClasses()
                .that()
                .resideOutsideOfPackage("io.holdfast.adapter.kvm..")
                .should()
                .dependOnClassesThat()
                .resideInAPackage("io.holdfast.adapter.kvm..")
                .check(classes);
    }
}
