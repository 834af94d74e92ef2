"""Many agencies' figures for one thing, brought to one picture without hiding that they differ."""
