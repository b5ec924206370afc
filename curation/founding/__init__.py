"""What the project's makers said of its own pictures, so that a new factory can publish by itself.

A new installation has no decisions, and so nothing that its gate could be certified on. The project
ships a founding set: renders of the house model, drawn at random from what the first series asks
for, each judged by eye. `sampling.py` and `sheets.py` make the pictures and the sheets to judge
them on, `labels.py` is the file, `loading.py` learns the first taste from one part of it and
certifies the commodity gate on the other, by the same procedure as any later certificate.

    manage.py draw_founding_sample --count 420 --seed 1 --out var/founding
    manage.py write_founding_labels --sample var/founding --refused 3,17,…
"""
