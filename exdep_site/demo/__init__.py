"""A synthetic study for the demo: its people, what they did and how they answered.

`people`, `course`, `workouts`, `nights` and `visits` are pure: the same seed and the same day give
the same study. `staff` and `writing` put it into an empty database. Nobody in it is real.
"""
