"""What a check keeps of the last one, so that only what changed is looked at again."""
