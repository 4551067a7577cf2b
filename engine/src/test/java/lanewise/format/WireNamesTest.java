package lanewise.format;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.lang.reflect.RecordComponent;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import lanewise.spec.LayerSpec;
import lanewise.text.CleaningRule;
import lanewise.text.PadSequences;
import org.junit.jupiter.api.Test;

/** Every record, component and constant that a file can hold has a name in files. */
class WireNamesTest {
    /** The records of all kinds of layers. */
    static List<Class<?>> kinds() {
        List<Class<?>> families = new ArrayList<>(List.of(LayerSpec.class));
        List<Class<?>> kinds = new ArrayList<>();
        while (!families.isEmpty()) {
            for (Class<?> type : families.removeLast().getPermittedSubclasses()) {
                (type.isRecord() ? kinds : families).add(type);
            }
        }
        return kinds;
    }

    /** The enums that files hold constants of. */
    static Set<Class<?>> enums() {
        Set<Class<?>> enums = new HashSet<>(Set.of(CleaningRule.class, PadSequences.Side.class));
        for (Wire wire : wires()) {
            for (RecordComponent component : wire.type().getRecordComponents()) {
                if (component.getType().isEnum()) {
                    enums.add(component.getType());
                }
            }
        }
        return enums;
    }

    /** All records that have names, first those of layers. */
    static List<Wire> wires() {
        List<Wire> wires = new ArrayList<>();
        for (String name : WireNames.All.LAYERS) {
            wires.add(WireNames.layer(name));
        }
        wires.add(WireNames.windows());
        return wires;
    }

    @Test
    void everyKindOfLayerHasOneName() {
        List<Class<?>> kinds = kinds();
        assertTrue(kinds.size() > 50, kinds.size() + " kinds");
        Set<Class<?>> named = new HashSet<>();
        for (String name : WireNames.All.LAYERS) {
            Wire wire = WireNames.layer(name);
            assertNotNull(wire, name + " is in the list, but not in the switch");
            assertEquals(name, wire.name());
            assertTrue(named.add(wire.type()), wire.type() + " has two names, one of them " + name);
        }
        for (Class<?> kind : kinds) {
            assertTrue(named.contains(kind), kind + " has no name in files; see WireNames");
        }
        assertEquals(kinds.size(), named.size());
        assertEquals(named.size(), new HashSet<>(WireNames.All.LAYERS).size());
    }

    @Test
    void otherNamesAreNoLayers() {
        for (String other : List.of("Cell", "String", "", "java.lang.String", "InputLayer$", "../Dense", "dense",
                WireNames.WINDOWS)) {
            assertNull(WireNames.layer(other), other);
        }
    }

    @Test
    void everyComponentHasAName() {
        for (Wire wire : wires()) {
            assertEquals(wire.type().getRecordComponents().length, wire.fields().size(),
                    wire.type() + " has other components than names for them: " + wire.fields());
            assertEquals(wire.fields().size(), new HashSet<>(wire.fields()).size(),
                    wire.fields() + " of " + wire.name());
            for (String field : wire.fields()) {
                assertTrue(field.matches("[a-z][A-Za-z0-9]*") && !field.equals("class"), wire.name() + "." + field);
            }
        }
    }

    @Test
    void everyConstantHasAName() {
        assertTrue(enums().size() > 12, enums() + "");
        for (Class<?> type : enums()) {
            Set<String> names = new TreeSet<>();
            for (Object constant : type.getEnumConstants()) {
                String name = WireConstants.name((Enum<?>) constant);
                assertTrue(name.matches("[a-z0-9_]+"), name);
                assertTrue(names.add(name), name + " names two constants of " + type);
                assertSame(constant, WireConstants.find(type, name));
            }
            assertNull(WireConstants.find(type, "no such constant"));
        }
        assertThrows(IllegalArgumentException.class, () -> WireConstants.name(Thread.State.NEW));
    }
}
