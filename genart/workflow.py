"""The whole flow: what happens in one app calls the next one up.

    render_finished → curation.services.admit_render
    render_approved → catalog.services.publish_artwork (by an actor: derivatives take time)
    render_withdrawn → catalog.services.withdraw_artwork

Every step may run twice. `sweep` finds what a lost message left behind.
"""
