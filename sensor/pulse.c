#include "pulse.h"

bool
zt_pulses_add(struct zt_pulses *pulses, const char *name, const zt_counter *beats)
{
	if (pulses->count == ZT_PULSE_MAX)
		return false;
	/* Never seen: the first look finds that it has moved. */
	pulses->items[pulses->count++] =
	    (struct zt_pulse){ .name = name, .beats = beats, .seen = UINT64_MAX };
	return true;
}

const char *
zt_pulses_look(struct zt_pulses *pulses)
{
	const char *stuck = NULL;

	for (size_t i = 0; i < pulses->count; i++) {
		struct zt_pulse *pulse = &pulses->items[i];
		uint64_t beats = zt_counted(pulse->beats);
		if (beats == pulse->seen && stuck == NULL)
			stuck = pulse->name;
		pulse->seen = beats;
	}
	return stuck;
}
